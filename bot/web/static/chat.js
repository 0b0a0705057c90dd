// The page of the web chat: shows the feed of two chats, hands in what the person does. No framework, no build step.
"use strict";
(() => {
  const app = document.getElementById("app");
  const config = JSON.parse(app.dataset.config);
  const words = (key) => config.texts[`web.${key}`];
  const status = document.getElementById("status");
  const accounts = Object.keys(config.people);
  const panes = new Map();
  let seen = 0; // the newest revision of the feed
  let feed = null;
  let retry = 0;
  let handedIn = Promise.resolve(); // what this tab sends goes one after the other

  // ---------------------------------------------------------------- small helpers

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  function button(className, text, act) {
    const node = make("button", className, text);
    node.type = "button";
    node.addEventListener("click", act);
    return node;
  }

  function newKey() {
    if (crypto.randomUUID) return crypto.randomUUID();
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  // ---------------------------------------------------------------- messages

  function linked(text) {
    const node = make("div", "text");
    text.split(/(https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)])/).forEach((piece, index) => {
      if (index % 2 === 0) return node.append(piece);
      const link = make("a", "", piece);
      Object.assign(link, { href: piece, target: "_blank", rel: "noopener noreferrer" });
      return node.append(link);
    });
    return node;
  }

  function attachment(media, pane) {
    const ours = /^https?:/.test(media.ref); // a link of this server, by whatever name it goes
    const url = ours ? new URL(media.ref).pathname : `/webchat/media/${encodeURIComponent(media.ref)}`;
    if (media.kind === "photo") {
      const link = Object.assign(make("a"), { href: url, target: "_blank", rel: "noopener" });
      const image = Object.assign(make("img", "picture"), { src: url, alt: `${words("photo")} ${media.name}`.trim() });
      image.addEventListener("load", () => pane.settle());
      link.append(image);
      return link;
    }
    const link = make("a", "paper-file", `${words(media.kind === "voice" ? "voice" : "file")}: ${media.name}`);
    return Object.assign(link, { href: url, download: media.name || "file" });
  }

  function copyButton(text) {
    const node = button("copy", words("copy"), async () => {
      const done = await navigator.clipboard.writeText(text).then(() => "copied", () => "copy_failed");
      node.textContent = words(done);
      setTimeout(() => { node.textContent = words("copy"); }, 2500);
    });
    return node;
  }

  function choices(entry, pane) {
    const box = make("div", "choices");
    for (const row of entry.buttons) {
      const line = make("div");
      for (const choice of row) line.append(button("", choice.label, (event) => pane.press(choice, event.detail === 0)));
      box.append(line);
    }
    return box;
  }

  function messageNode(entry, pane) {
    const mine = entry.author === config.account;
    const node = make("article", `message ${mine ? "mine" : entry.author ? "other" : "bot"}`);
    Object.assign(node.dataset, { id: entry.id || "", key: entry.key || "", author: entry.author });
    const name = make("span", mine ? "hidden" : "name", mine ? words("you") : config.people[entry.author] || words("bot"));
    if (entry.author && !mine) name.classList.add(`tone-${accounts.indexOf(entry.author) % 6}`);
    if (!entry.author && !pane.isGroup) name.className = "hidden";
    const bubble = make("div", "bubble");
    bubble.append(...(entry.media || []).map((media) => attachment(media, pane)));
    if (entry.text) bubble.append(linked(entry.text));
    const meta = make("div", "meta");
    const notice = !entry.author && !entry.buttons.length && entry.text.split("\n").length > 3;
    if (notice) meta.append(copyButton(entry.text));
    if (entry.edited) meta.append(make("span", "", words("edited")));
    meta.append(Object.assign(make("time", "", entry.time || words("sending")), { dateTime: entry.at || "", title: entry.at || "" }));
    bubble.append(meta);
    node.append(name, bubble);
    if (entry.buttons.length) node.append(choices(entry, pane));
    return node;
  }

  // ---------------------------------------------------------------- one chat

  class Pane {
    constructor(root) {
      this.root = root;
      this.chat = root.dataset.chat;
      this.isGroup = "group" in root.dataset;
      for (const name of ["log", "hint", "composer", "notice", "file", "attach", "drop"]) this[name] = root.querySelector(`.${name}`);
      this.area = root.querySelector("textarea");
      this.picker = root.querySelector("input[type=file]");
      this.upload = null;
      this.low = true; // is the newest message in sight
      this.log.addEventListener("scroll", () => { this.low = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 80; });
      new ResizeObserver(() => this.settle()).observe(this.log);
      this.composer.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
      this.area.addEventListener("keydown", (event) => this.key(event));
      this.area.addEventListener("input", () => this.fit());
      this.area.addEventListener("paste", (event) => this.choose(event.clipboardData.files[0], event));
      this.attach.addEventListener("click", () => this.picker.click());
      this.picker.addEventListener("change", () => this.choose(this.picker.files[0]));
      this.drop.addEventListener("click", () => { this.choose(null); this.area.focus(); });
      for (const node of root.querySelectorAll(".try")) node.addEventListener("click", () => this.suggest(node.dataset.word));
    }

    key(event) {
      // while Telex or VNI composes a letter, Enter belongs to the keyboard
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    }

    fit() {
      this.area.style.height = "auto";
      this.area.style.height = `${this.area.scrollHeight + 2}px`;
      this.notice.textContent = "";
    }

    suggest(word) {
      this.area.value = word;
      this.area.focus();
      this.fit();
    }

    choose(file, event) {
      if (file === undefined) return;
      if (event) event.preventDefault();
      const problem = !file ? "" : file.size > config.limits.file ? "too_big" : file.size === 0 ? "empty_file" : "";
      this.notice.textContent = problem && words(`error.${problem}`);
      this.upload = problem ? null : file;
      this.file.hidden = !this.upload;
      this.file.firstElementChild.textContent = this.upload ? file.name : "";
      this.picker.value = "";
      if (this.upload) this.area.focus();
    }

    send() {
      const text = this.area.value;
      if (!this.upload && !text.trim()) return;
      if (text.length > config.limits.text) {
        this.notice.textContent = words("error.too_long");
        return;
      }
      const act = this.upload ? { path: "upload", caption: text, file: this.upload } : { path: "say", text };
      this.area.value = "";
      this.choose(null);
      this.fit();
      this.handIn(act, text || act.file.name);
    }

    press(choice, byKeyboard) {
      this.handIn({ path: "press", data: choice.data }, choice.label);
      if (byKeyboard) this.area.focus();
    }

    handIn(act, shown) {
      const entry = { chat: this.chat, author: config.account, text: shown, key: newKey(), buttons: [] };
      this.show(entry);
      this.attempt({ ...act, account: config.account, chat: this.chat, id: entry.key });
    }

    attempt(act) {
      this.mark(act.id, "waiting", words("sending"));
      handedIn = handedIn.then(async () => {
        const error = await post(act);
        if (error === null) return this.mark(act.id, "", "");
        const said = words(`error.${error}`) || words("failed");
        return this.mark(act.id, "failed", said, button("again", words("retry"), () => this.attempt(act)));
      });
    }

    mark(key, state, said, again) {
      const node = this.find("key", key);
      if (!node || node.dataset.id) return; // the feed has it already
      node.classList.remove("waiting", "failed");
      if (state) node.classList.add(state);
      node.querySelector(".meta").replaceChildren(make("span", "", said), ...(again ? [again] : []));
    }

    find(name, value) {
      return value ? this.log.querySelector(`.message[data-${name}="${CSS.escape(value)}"]`) : null;
    }

    show(entry) {
      const old = this.find("id", String(entry.id || "")) || this.find("key", entry.key);
      const node = messageNode(entry, this);
      if (old) old.replaceWith(node);
      else node.classList.add("fresh");
      const later = entry.id && [...this.log.querySelectorAll(".message")].find((other) => Number(other.dataset.id) > entry.id);
      if (later) later.before(node);
      else if (!old) this.log.append(node);
      this.hint.hidden = true;
      this.group(node);
      this.group(node.nextElementSibling);
      this.low ||= entry.author === config.account;
      this.settle();
      if (!old && this.log.ariaLive === "polite") this.announce();
    }

    group(node) {
      const before = node && node.previousElementSibling;
      if (node) node.classList.toggle("follows", Boolean(before) && before.dataset.author === node.dataset.author);
    }

    announce() {
      const tab = tabOf(this.isGroup ? "group" : "private");
      tab.querySelector(".dot").hidden = tab.getAttribute("aria-pressed") === "true";
    }

    settle() { if (this.low) this.log.scrollTop = this.log.scrollHeight; }
  }

  // ---------------------------------------------------------------- to and from the server

  // null when it was handed in, else the name of what went wrong
  async function post({ path, ...act }) {
    const headers = { "X-Sangkien": "1" };
    let body = JSON.stringify(act);
    if (path === "upload") {
      body = new FormData();
      for (const [name, value] of Object.entries(act)) body.append(name, value);
    } else headers["Content-Type"] = "application/json";
    try {
      const answer = await fetch(`/webchat/${path}`, { method: "POST", headers, body });
      return answer.ok ? null : (await answer.json()).error;
    } catch {
      return "not_delivered";
    }
  }

  function connection(state) {
    status.dataset.state = state;
    status.textContent = words(state);
  }

  function listen() {
    clearTimeout(retry);
    const query = new URLSearchParams([...panes.keys()].map((chat) => ["chat", chat]));
    query.append("after", seen);
    feed = new EventSource(`/webchat/feed?${query}`);
    feed.addEventListener("message", (event) => {
      const entry = JSON.parse(event.data);
      seen = Number(event.lastEventId);
      panes.get(entry.chat).show(entry);
    });
    feed.addEventListener("caught-up", () => {
      connection("connected");
      for (const pane of panes.values()) pane.log.ariaLive = "polite"; // what was there before is not read out
    });
    feed.addEventListener("error", () => {
      connection("reconnecting");
      if (feed.readyState === EventSource.CLOSED) retry = setTimeout(listen, 2000);
    });
  }

  // a browser holds few connections to one server: a tab nobody sees gives its own back, and catches up when it is shown
  document.addEventListener("visibilitychange", () => {
    clearTimeout(retry);
    feed.close();
    if (!document.hidden) listen();
  });

  // ---------------------------------------------------------------- the two panes on a phone

  function tabOf(name) { return document.querySelector(`.tabs [data-pane="${name}"]`); }

  function showPane(name) {
    app.dataset.shown = name;
    for (const other of ["private", "group"]) tabOf(other).setAttribute("aria-pressed", String(other === name));
    tabOf(name).querySelector(".dot").hidden = true;
  }

  for (const root of app.querySelectorAll(".pane")) panes.set(root.dataset.chat, new Pane(root));
  for (const name of ["private", "group"]) tabOf(name).addEventListener("click", () => showPane(name));
  showPane(location.hash === "#nhom" ? "group" : "private");
  // not on a phone, where focus would open the keyboard over half the page
  if (matchMedia("(hover: hover)").matches) document.querySelector(".pane textarea").focus();
  listen();
})();
