/**
 * What the widgets of one page know of each other, and how they make elements.
 *
 * Every widget is a module of its own; they meet in one map on the page.
 */

const PLACE = Symbol.for("voicelab");
const GRACE_MS = 400; // a view that is only moved is gone for less

/** The page's widgets, by their key. */
export const residents = (globalThis[PLACE] ??= new Map());

/** Make an element. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

/**
 * Make a widget of a class whose objects live as long as somebody looks at them.
 *
 * @param {new (model: any) => {show(el: HTMLElement): () => void, sleep(): void,
 *   end(): void}} Resident
 */
export function widgetOf(Resident) {
  return {
    initialize({ model }) {
      const resident = new Resident(model);
      const key = model.get("key");
      residents.set(key, resident);
      return () => {
        residents.delete(key);
        resident.end();
      };
    },
    render({ model, el }) {
      const resident = residents.get(model.get("key"));
      el.setAttribute("data-lm-suppress-shortcuts", "true"); // keys pressed here are ours
      resident.views = (resident.views ?? 0) + 1;
      const hide = resident.show(el);
      return () => {
        hide();
        resident.views -= 1;
        setTimeout(() => {
          if (resident.views === 0) resident.sleep();
        }, GRACE_MS);
      };
    },
  };
}
