"use strict";
(() => {
  const PAGE = 50;
  const NOBODY = "(none)";
  const island = document.getElementById("data");
  if (!island) return;
  const data = JSON.parse(island.textContent);
  const column = Object.fromEntries(data.columns.map((name, place) => [name, place]));
  const cell = (row, name) => {
    const value = row[column[name]];
    const words = data.words[name];
    return words && value !== null ? words[value] : value;
  };
  const form = document.getElementById("filters");
  const body = document.getElementById("rows-body");
  const found = document.getElementById("rows-found");
  const query = document.getElementById("rows-query");
  const more = document.getElementById("rows-more");
  const [first, back, next] = ["rows-first", "rows-back", "rows-next"].map((id) => document.getElementById(id));
  const headings = [...document.querySelectorAll("#rows thead button")];
  const state = { filters: new Map(), from: 0, sort: "row", down: false, matching: [] };

  const partsOf = (name, lists, row) => (lists[row[column.ruling]] || []).map((place) => data.words[name][place]);
  const ofRow = {
    month: (row) => (cell(row, "day") || "").slice(0, 7) || null,
    ...Object.fromEntries(Object.entries(data.of_rulings).map(([name, lists]) => [name, (row) => partsOf(name, lists, row)])),
    settle: (row) => (cell(row, "settle") || "").split("; "),
    duties: (row) => (cell(row, "duties") || "").split("; "),
  };
  const value = (row, name) => (ofRow[name] ? ofRow[name](row) : cell(row, name));
  const fits = (row) =>
    [...state.filters].every(([name, wanted]) => {
      if (name === "text") {
        return data.columns.some((each) => String(cell(row, each) ?? "").toLowerCase().includes(wanted.toLowerCase()));
      }
      const own = value(row, name);
      return Array.isArray(own) ? own.includes(wanted) : (own === null ? NOBODY : String(own)) === wanted;
    });

  const quoted = (text) => "'" + text.replaceAll("'", "''") + "'";
  const condition = ([name, wanted]) => {
    if (name === "text") return null;
    if (wanted === NOBODY) return `${name === "month" ? "day" : name} IS NULL`;
    if (name === "month") return `strftime(day, '%Y-%m') = ${quoted(wanted)}`;
    if (name in data.of_rulings) return `ruling IN (SELECT ruling FROM 'rulings.parquet' WHERE list_contains(${name}, ${quoted(wanted)}))`;
    if (name === "settle" || name === "duties") return `list_contains(string_split(${name}, '; '), ${quoted(wanted)})`;
    return name === "ruling" ? `ruling = ${Number(wanted)}` : `${name} = ${quoted(wanted)}`;
  };
  const sql = () => {
    const parts = [...state.filters].map(condition).filter(Boolean);
    const text = state.filters.get("text");
    return (
      "SELECT * FROM 'findings.parquet'" +
      (parts.length ? `\nWHERE ${parts.join("\n  AND ")}` : "") +
      // A link may hold a text of several lines, and a comment of SQL ends with its line.
      (text ? `\n-- not asked here: any column holds ${quoted(text.replace(/\s+/g, " "))}` : "") +
      "\nORDER BY row;"
    );
  };

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text ?? "";
    for (const [key, own] of Object.entries(attributes)) made.setAttribute(key, own);
    return made;
  };
  const marked = (text) =>
    text ? element("span", text, { class: `status ${text.replaceAll(" ", "-")}` }) : element("span", "");
  const link = (ruling) => {
    if (ruling === null) return element("span", "");
    const told = document.getElementById(`ruling-${ruling}`);
    return told ? element("a", `ruling ${ruling}`, { href: `#ruling-${ruling}` }) : element("span", `ruling ${ruling}`);
  };
  const shown = (name, row) => {
    const own = value(row, name);
    if (name === "status" && own === null) return element("span", `not decided: ${cell(row, "standing")}`, { class: "soft" });
    if (name === "status" || name === "verdict") return marked(own);
    if (name === "ruling") return link(own);
    return element("span", Array.isArray(own) ? own.join("; ") : own);
  };

  const draw = () => {
    const page = state.matching.slice(state.from, state.from + PAGE);
    body.replaceChildren(
      ...page.map((row) => {
        const line = document.createElement("tr");
        headings.forEach((heading, place) => {
          const name = heading.dataset.column;
          const made = place ? document.createElement("td") : element("th", "", { scope: "row" });
          made.append(shown(name, row));
          line.append(made);
        });
        return line;
      })
    );
    const last = state.from + page.length;
    const total = state.matching.length;
    more.textContent = total ? `${(state.from + 1).toLocaleString("en")} to ${last.toLocaleString("en")}` : "";
    first.disabled = back.disabled = state.from === 0;
    next.disabled = last >= total;
  };

  const whole = () => {
    if (!data.groups || ["text", "settle", "reason_class", "duties"].some((name) => state.filters.has(name))) return null;
    let sum = 0;
    for (const group of data.groups) {
      const row = group.slice(1);
      if (fits(row)) sum += group[0];
    }
    return sum;
  };

  const apply = () => {
    state.matching = data.rows.filter(fits);
    const place = column[state.sort];
    const key = (row) => (place === undefined ? value(row, state.sort) : cell(row, state.sort)) ?? "";
    const order = (one, two) => (one < two ? -1 : one > two ? 1 : 0);
    state.matching.sort((one, two) => order(key(one), key(two)) * (state.down ? -1 : 1) || one[0] - two[0]);
    state.from = 0;
    const count = state.matching.length.toLocaleString("en");
    const all = whole();
    const rows = new Set(state.matching.map((row) => row[column.row])).size.toLocaleString("en");
    found.textContent = data.complete
      ? `${count} of ${data.rows.length.toLocaleString("en")} findings, on ${rows} of the log’s rows`
      : `${count} of the ${data.rows.length.toLocaleString("en")} findings held in this page` +
        (all === null ? "" : `; ${all.toLocaleString("en")} in the log`);
    query.textContent = sql();
    for (const heading of headings) {
      const cellOf = heading.closest("th");
      if (heading.dataset.column === state.sort) cellOf.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else cellOf.removeAttribute("aria-sort");
    }
    draw();
  };

  const fromForm = () => {
    state.filters = new Map([...new FormData(form)].filter(([, own]) => own !== ""));
    apply();
    history.replaceState(null, "", "#rows?" + new URLSearchParams([...state.filters]).toString());
  };
  const fromAddress = () => {
    if (!location.hash.startsWith("#rows?")) return;
    state.filters = new Map(new URLSearchParams(location.hash.slice(6)));
    for (const control of form.elements) if (control.name) control.value = state.filters.get(control.name) ?? "";
    // A wish that no control offers any more is dropped, so that what is shown and what is asked never differ.
    for (const control of form.elements) if (control.name && control.value === "") state.filters.delete(control.name);
    apply();
    const title = document.getElementById("rows-title");
    title.scrollIntoView();
    title.focus({ preventScroll: true });
  };

  form.addEventListener("input", fromForm);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(fromForm));
  for (const heading of headings) {
    heading.addEventListener("click", () => {
      state.down = state.sort === heading.dataset.column && !state.down;
      state.sort = heading.dataset.column;
      apply();
    });
  }
  const turn = (to) => () => {
    state.from = to();
    draw();
  };
  first.addEventListener("click", turn(() => 0));
  back.addEventListener("click", turn(() => Math.max(0, state.from - PAGE)));
  next.addEventListener("click", turn(() => state.from + PAGE));
  addEventListener("hashchange", fromAddress);
  // The address does not change when the same link is followed twice, yet the filters may have.
  document.addEventListener("click", (event) => {
    const followed = event.target.closest?.("a");
    if (followed?.getAttribute("href") === location.hash) fromAddress();
  });
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
  apply();
  fromAddress();
})();
