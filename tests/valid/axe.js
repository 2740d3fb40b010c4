/* axe.js - opens published pages in a frame and asks axe about each, narrow and wide. `scheme`, `top_folder`, `paths` (a site's
 * name, then the file) and `judge` (where axe is) are set by tests/valid/run. Writes "ok …" and "not ok …". */
"use strict";

const frame = document.getElementById("frame");
const lines = [];

const loaded = (element, start) => new Promise((ready) => {
  element.onload = element.onerror = ready;
  start();
});

/* The addresses of sheets and pictures are the server's; here they are files below the site's folder. */
async function open(path, width) {
  frame.style.cssText = `width:${width}px;height:1000px;border:0`;
  await loaded(frame, () => { frame.src = top_folder + path; });
  const page = frame.contentDocument, root = top_folder + path.split("/")[0];
  for (const [selector, name] of [['link[rel="stylesheet"]', "href"], ["img", "src"]])
    for (const element of page.querySelectorAll(selector)) {
      const address = element.getAttribute(name);
      if (address.startsWith("/")) await loaded(element, () => { element.loading = "eager"; element[name] = root + address; });
    }
  const script = page.createElement("script");
  await loaded(script, () => {
    script.src = judge;
    page.head.append(script);
  });
  script.remove();
  return frame.contentWindow.axe;
}

async function look_at(path) {
  for (const width of [360, 1440]) {
    const axe = await open(path, width);
    const { violations } = await axe.run(frame.contentDocument);
    const said = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" ")}`);
    lines.push(`${said.length ? "not ok" : "ok"} axe ${scheme}, ${width}: ${path} ${said.join(" | ").replace(/\s+/g, " ")}`);
  }
}

addEventListener("load", async () => {
  try {
    for (const path of paths) await look_at(path);
    lines.push(`note: axe ${scheme}: ${paths.length} pages, 2 widths`, "done");
  } catch (problem) {
    lines.push("not ok " + scheme + ": " + (problem.stack || problem));
  }
  document.getElementById("out").textContent = "\n" + lines.join("\n") + "\n";
});
