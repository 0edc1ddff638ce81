// What the editor takes in, from the clipboard or a draft: words and their plain look, nothing that could call somebody.
// The desk cleans again; this keeps the page's own policy quiet and what is pasted readable.

const KEPT = { A: "a", B: "b", STRONG: "b", I: "i", EM: "i", U: "u", S: "s", UL: "ul", OL: "ol", LI: "li", BLOCKQUOTE: "blockquote", PRE: "pre", CODE: "code", BR: "br", DIV: "div", P: "div" };
const LINES = new Set(["H1", "H2", "H3", "H4", "H5", "H6", "TR", "SECTION", "ARTICLE", "HEADER", "FOOTER", "DT", "DD", "FIGURE"]);
const GONE = new Set(["SCRIPT", "STYLE", "TITLE", "HEAD", "META", "LINK", "TEMPLATE", "IFRAME", "OBJECT", "SVG", "svg", "MATH", "math", "NOSCRIPT", "TEXTAREA", "SELECT"]);
const LINK = /^(https?:\/\/|mailto:|tel:)/i;
const PICTURE = /^(\/[a-z-]+)?\/drafts\/pictures\/\d+\/$/;

// Styles are thrown away below anyhow; a parser that meets them would tell the console of each one that was refused.
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^>"'])*>/gi;
const STYLE = /\sstyle\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+)/gi;

function withoutStyles(html) {
  return html.replace(TAG, (tag) => tag.replace(STYLE, ""));
}

export function fragmentOf(html) {
  const source = new DOMParser().parseFromString(withoutStyles(html), "text/html");
  const fragment = document.createDocumentFragment();
  copy(source.body, fragment);
  return fragment;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) to.append(node.data);
    else if (node.nodeType === Node.ELEMENT_NODE && !GONE.has(node.nodeName)) element(node, to);
  }
}

function element(node, to) {
  const name = node.nodeName;
  if (name === "IMG") {
    picture(node, to);
    return;
  }
  const tag = KEPT[name] || (LINES.has(name) ? "div" : "");
  if (!tag || (tag === "a" && !LINK.test(node.getAttribute("href") || ""))) {
    copy(node, to);
    if (["TD", "TH"].includes(name) && node.nextElementSibling) to.append("\u00a0\u00a0");
    return;
  }
  const kept = document.createElement(tag);
  if (tag === "a") kept.setAttribute("href", node.getAttribute("href"));
  to.append(kept);
  if (/^H[1-6]$/.test(name)) {
    const strong = document.createElement("b");
    kept.append(strong);
    copy(node, strong);
  } else {
    copy(node, kept);
  }
}

function picture(node, to) {
  const src = node.getAttribute("src") || "";
  if (!PICTURE.test(src)) return;
  const kept = document.createElement("img");
  kept.setAttribute("src", src);
  kept.setAttribute("alt", node.getAttribute("alt") || "");
  to.append(kept);
}

// Plain words as the editor keeps them: one block for a line.
export function htmlOf(text) {
  const place = document.createElement("div");
  for (const line of text.split("\n")) {
    const block = document.createElement("div");
    if (line) block.textContent = line;
    else block.append(document.createElement("br"));
    place.append(block);
  }
  return text ? place.innerHTML : "";
}
