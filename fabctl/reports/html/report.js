"use strict";
// Scrubs through the wafer's pictures; without this script all of them are shown, as on paper.
const figures = Array.from(document.querySelectorAll(".strip figure"));
const slider = document.querySelector("#scrub");
const label = document.querySelector("#scrub-step");
// Paper can't be clicked: what is folded away is printed too.
addEventListener("beforeprint", () => {
  document.querySelectorAll("details").forEach((each) => { each.open = true; });
});
function show(number) {
  slider.value = String(number);
  figures.forEach((figure, place) => { figure.style.display = place === number ? "" : "none"; });
  label.textContent = figures[number] ? figures[number].dataset.step : "";
}
if (slider && figures.length) {
  slider.max = String(figures.length - 1);
  slider.addEventListener("input", () => show(Number(slider.value)));
  show(figures.length - 1);
  // The chart's steps lead to the picture after each, as does an address that ends with one.
  const look = (hash) => {
    const number = figures.findIndex((figure) => figure.id && `#${figure.id}` === hash);
    if (number >= 0) show(number);
  };
  document.querySelectorAll("#claims a").forEach((each) => {
    each.addEventListener("click", () => look(each.getAttribute("href")));
  });
  look(location.hash);
}
