"""HARs for tests, in the shape in which Chromium's developer tools save them."""

import base64
import json


def delta(samples, *, response="resp_1", dialect="response.audio", octets=2, **more):
    """An audio delta of silence."""
    audio = base64.b64encode(bytes(octets * samples)).decode()
    return {"type": f"{dialect}.delta", "response_id": response, "delta": audio, **more}


def done(response="resp_1", *, dialect="response.audio"):
    return {"type": f"{dialect}.done", "response_id": response}


def received(time_ms, event):
    """A frame; a text is taken as it is."""
    data = event if isinstance(event, str) else json.dumps(event)
    return {"type": "receive", "time": time_ms / 1000, "opcode": 1, "data": data}


def har(*sockets, **entry):
    """The bytes of a file; each socket is a list of frames."""
    entries = [{"_resourceType": "websocket", "_webSocketMessages": s, **entry} for s in sockets]
    page = {"_resourceType": "document", "request": {"url": "https://page.invalid/"}}
    return json.dumps({"log": {"version": "1.2", "entries": [page, *entries]}}).encode()
