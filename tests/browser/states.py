"""What a page says in each state of its microphone: the matter, and the way out."""

__all__ = ["BUSY", "KEPT", "WORDS"]

# Stands for another program that holds the device, which cannot be had here by other means.
BUSY = """navigator.mediaDevices.getUserMedia = async () => {
    throw new DOMException("Could not start audio source", "NotReadableError");
};"""
# Keeps what the page is given, for a test to look at.
KEPT = """window.streams = [];
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async asked => {
    const stream = await ask(asked);
    window.streams.push(stream);
    return stream;
};"""
WORDS = {
    "prompt": "Nothing is recorded yet.*the browser will ask.*only then it does",
    "granted": "may use the microphone, and does not yet",
    "listening": "Listening. The sound stays in this page",
    "denied": "refuses this page the microphone.*set the microphone to “allow”",
    "no device": "finds no microphone.*Plug one in",
    "device busy": "another program holds it.*Close the call",
    "insecure page": "this one is not.*through https.*localhost:8888",
    "frame without permission": "inside another page.*tab of its own",
    "ended": "The microphone went away.*use microphone” to go on",
}
