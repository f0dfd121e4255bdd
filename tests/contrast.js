// How the words of a page stand out from their ground, as WCAG reckons it: all elements with words of their own, with
// what is folded away opened.
() => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((each) => {
      const part = each / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ratio = (one, other) => {
    const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };
  const opaque = (colour) => (channels(colour)[3] ?? 1) === 1;
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (opaque(colour)) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const drawn = (words) => {
    const shape = words.parentElement.querySelector("rect, circle") ?? words.closest("svg").querySelector(".paper");
    return getComputedStyle(shape).fill;
  };
  const own = (element) => [...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  const found = [...document.querySelectorAll("body *")].filter((each) => own(each) && each.getClientRects().length);
  const weak = [];
  for (const each of found) {
    const look = getComputedStyle(each);
    const picture = each instanceof SVGElement;
    const got = picture ? ratio(look.fill, drawn(each)) : ratio(look.color, ground(each));
    const size = parseFloat(look.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(look.fontWeight) >= 700);
    if (got < (large ? 3 : 4.5)) weak.push(`${got.toFixed(2)}: ${each.tagName}.${each.className} ${each.textContent.slice(0, 40)}`);
  }
  return { "looked at": found.length, "too weak": weak };
}
