// The list of groups: filter, order, page. Everything reaches the page as text, never as markup,
// but for the drawings, which hold numbers and dates alone.
"use strict";
(() => {
  const PAGE = 50;
  const data = (name) => JSON.parse(document.getElementById("data-" + name).textContent);
  const field = (id) => document.getElementById(id);
  const groups = data("groups");
  const strings = data("strings");
  const words = data("words");
  const number = new Intl.NumberFormat(words.locale);
  const plural = new Intl.PluralRules(words.locale);
  const cells = [...document.querySelectorAll(".matrix button")];
  const filters = { s: field("severity"), r: field("readership"), c: field("content") };
  if (field("organisation")) filters.i = field("organisation"); // in a report over several tenants
  const search = field("search");
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  let found = groups;
  let first = 0;

  const make = (name, content, kind) => {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    for (const part of [content].flat()) {
      if (part !== undefined && part !== null && part !== "") element.append(part);
    }
    return element;
  };

  const facts = (group) => {
    const list = make("dl");
    for (const [term, key] of words.facts) {
      const value = typeof group[key] === "number" ? strings[group[key]] : group[key];
      if (value) list.append(make("dt", term), make("dd", value));
    }
    return list;
  };

  const bar = ([drawing, begin, end]) => {
    const drawn = new DOMParser().parseFromString(drawing, "image/svg+xml").documentElement;
    const ends = make("p", [make("span", begin), make("span", end)], "ends");
    const key = make("p", words.bar.map(([kind, told]) => make("span", told, kind)), "key");
    return make("div", [document.importNode(drawn, true), ends, key], "bar");
  };

  const steps = (group) => make("ol", group.a.map(([text, url]) => {
    const step = make("li", strings[text]);
    if (url && url.startsWith("https://")) {
      const link = make("a", words.open);
      link.href = url;
      link.rel = "noopener noreferrer";
      link.target = "_blank";
      step.append(" ", link);
    }
    return step;
  }));

  const table = (rows) => {
    const body = make("tbody", rows.map((row) => make("tr", row.map((cell) => make("td", cell)))));
    return make("table", body);
  };

  const section = (title, content) => [make("h3", title), content];

  const body = (group) => {
    const parts = [facts(group)];
    if (group.tb) parts.push(...section(words.exposure, bar(group.tb)));
    if (group.a) parts.push(...section(words.todo, steps(group)));
    if (group.w) {
      const rows = group.w.map(([setting, value, effect]) =>
        [make("code", setting + " = " + value), strings[effect]]);
      parts.push(...section(words.reasons, table(rows)));
    }
    if (group.tl) parts.push(...section(words.timeline, table(group.tl)));
    if (group.ws) {
      const rows = group.ws.map(([setting, effect, action]) =>
        [make("code", setting), strings[effect], action]);
      parts.push(...section(words.weaknesses, table(rows)));
    }
    if (group.z) parts.push(make("ul", group.z.map((note) => make("li", strings[note]))));
    if (group.h) parts.push(...section(words.samples, table(group.h)));
    return make("div", parts, "body");
  };

  const article = (group) => {
    const who = make("span", [group.e, make("small", [group.n, group.n && " · ", strings[group.k], group.i && " · " + group.i])], "who");
    const what = make("span", [
      words.readership[group.r],
      make("small", [words.content[group.c], group.t, group.p].filter(Boolean).join(" · ")),
      group.j ? make("strong", group.j) : "",
    ]);
    const summary = make("summary", [make("span", words.severity[group.s], "severity " + group.s), who, what]);
    const details = make("details", summary, group.s);
    // Built when first opened: a page of closed groups costs little.
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(body(group));
    });
    return details;
  };

  const show = () => {
    const last = Math.min(first + PAGE, found.length);
    field("groups").replaceChildren(...found.slice(first, last).map(article));
    const values = { from: first + 1, to: last, all: found.length };
    const form = words.shown[plural.select(found.length)] || words.shown.other;
    field("count").textContent = found.length
      ? form.replace(/\{(\w+)\}/g, (_, key) => number.format(values[key]))
      : words.nothing;
    field("previous").disabled = first === 0;
    field("next").disabled = last >= found.length;
    field("pages").hidden = found.length <= PAGE;
  };

  const matches = (group, wanted) =>
    Object.entries(filters).every(([key, input]) => !input.value || group[key] === input.value)
    && (!wanted || fold([group.e, group.n, group.o].filter(Boolean).join(" ")).includes(wanted));

  const filter = () => {
    const wanted = fold(search.value.trim());
    found = groups.filter((group) => matches(group, wanted));
    if (field("order").value === "e") found.sort((one, other) => (one.e < other.e ? -1 : 1));
    first = 0;
    for (const cell of cells) {
      const chosen = cell.dataset.r === filters.r.value && cell.dataset.c === filters.c.value;
      cell.setAttribute("aria-pressed", String(chosen));
    }
    show();
  };

  const turn = (step) => {
    first += step * PAGE;
    show();
    field("list").focus();
  };

  for (const cell of cells) {
    cell.addEventListener("click", () => {
      const chosen = cell.getAttribute("aria-pressed") === "true";
      field("filters").reset();
      filters.r.value = chosen ? "" : cell.dataset.r;
      filters.c.value = chosen ? "" : cell.dataset.c;
      filter();
      if (!chosen) field("list").scrollIntoView();
    });
  }
  field("filters").addEventListener("input", filter);
  field("filters").addEventListener("submit", (event) => event.preventDefault());
  field("filters").addEventListener("reset", () => setTimeout(filter));
  field("previous").addEventListener("click", () => turn(-1));
  field("next").addEventListener("click", () => turn(1));
  window.addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("#groups details, .numbers")) {
      if (details.children.length === 1) details.append(body(found[first + [...details.parentNode.children].indexOf(details)]));
      details.open = true;
    }
  });
  // Without this script there is nothing that it could do.
  field("filters").hidden = false;
  filter();
})();
