// A picture wider than the screen begins with what it is about.

export function centrePictures() {
  for (const picture of document.querySelectorAll(".wp-graph__scroll")) {
    const centre = picture.querySelector(".wp-graph__centre");
    if (!centre || picture.scrollWidth <= picture.clientWidth) continue;
    const box = centre.getBoundingClientRect();
    picture.scrollLeft += box.left + box.width / 2 - picture.getBoundingClientRect().left - picture.clientWidth / 2;
  }
}
