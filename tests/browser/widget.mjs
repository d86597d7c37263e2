/**
 * A widget in a page of its own: a model that keeps what is set and says what is sent.
 *
 * It stands in for JupyterLab where only the page matters.
 */

class Model {
  constructor(state) {
    this.state = { ...state };
    this.sent = [];
    this.listeners = {};
  }

  get(name) {
    return this.state[name];
  }

  set(name, value) {
    this.state[name] = value;
  }

  save_changes() {}

  on(name, listener) {
    (this.listeners[name] ??= []).push(listener);
  }

  send(message, _callbacks, buffers) {
    this.sent.push({ ...message, octets: buffers?.[0]?.byteLength });
  }

  /** What the kernel would do: change a value, or send a message. */
  tell(name, value) {
    if (name.startsWith("change:")) this.state[name.slice("change:".length)] = value;
    for (const listener of this.listeners[name] ?? []) listener(value);
  }
}

export async function show(module, state) {
  const { default: widget } = await import(module);
  const model = new Model(state);
  const end = widget.initialize({ model });
  const el = document.createElement("div");
  document.body.append(el);
  const hide = widget.render({ model, el });
  window.shown = { model, el, end, hide };
}
