// Small helpers around the document. Text goes in as text, never as HTML.

export const $ = (id) => document.getElementById(id);

/** Makes an element: `el("p.note", {title: "…"}, "text", child)`; nothing is parsed as HTML. */
export function el(selector, properties = {}, ...children) {
  const [tag, ...classes] = selector.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.classList.add(...value.split(" ").filter(Boolean));
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** A round picture with a person's initials, coloured by number. */
export function avatar(id, name) {
  const words = name.trim().split(/\s+/);
  const initials = words.slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  return el(`span.avatar.${colour(id)}`, { "aria-hidden": "true" }, initials);
}

/** The colour class of a person or chat. */
export const colour = (id) => `c${Math.abs(id) % 7}`;

export const clock = (seconds) =>
  new Date(seconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

export const plural = (n, one, many) => `${n.toLocaleString()} ${n === 1 ? one : many}`;

let toastTimer;

/** A note over the chat that goes by itself. */
export function toast(text) {
  const box = $("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), 3500);
}

/** A box with a text that has to be closed. */
export function alertBox(text) {
  $("alert-text").textContent = text;
  $("alert").showModal();
}

/** Opens a menu at an element: entries are `{label, act, danger, checked, icon}`. */
export function openMenu(anchor, entries) {
  const menu = $("menu");
  const close = (refocus) => {
    menu.hidden = true;
    document.removeEventListener("pointerdown", outside);
    if (refocus) anchor.focus({ preventScroll: true });
  };
  const outside = (event) => {
    if (!menu.contains(event.target)) close(false);
  };
  menu.replaceChildren(
    ...entries.map(({ label, act, danger, checked, icon }) =>
      el(
        "button",
        {
          type: "button",
          role: checked === undefined ? "menuitem" : "menuitemradio",
          "aria-checked": checked === undefined ? undefined : String(checked),
          class: danger ? "danger" : undefined,
          onclick: () => {
            close(true);
            act();
          },
        },
        icon,
        label,
      ),
    ),
  );
  menu.onkeydown = (event) => {
    const items = [...menu.children];
    const at = items.indexOf(document.activeElement);
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move) items[(at + move + items.length) % items.length].focus();
    else if (event.key === "Escape" || event.key === "Tab") close(true);
    else return;
    event.preventDefault();
  };
  menu.hidden = false;
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const left = Math.min(Math.max(8, box.left), innerWidth - width - 8);
  const below = box.bottom + 6;
  const top = below + height > innerHeight - 8 ? Math.max(8, box.top - height - 6) : below;
  menu.style.left = `${left}px`;
  menu.style.top = `${top}px`;
  menu.firstElementChild?.focus({ preventScroll: true });
  setTimeout(() => document.addEventListener("pointerdown", outside));
}

/** A picture that the bot has uploaded. One on the web is named only: this page shows nothing from elsewhere. */
export function pictureView(name) {
  if (/^https?:/.test(name)) return el("div.media", { role: "img", "aria-label": name, title: name }, "🖼");
  return el("img.picture", { src: `/preview/picture/${encodeURIComponent(name)}`, alt: "Picture" });
}
