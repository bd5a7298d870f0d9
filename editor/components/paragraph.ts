/** A text of the catalogue; what stands between backticks in it is a command or a name. */
export function paragraph(words: string): JQuery {
  // What is quoted from elsewhere may have a backtick that nothing closes: it stays one.
  const parts = words.split(/`([^`]+)`/);
  return $("<p>").append(parts.map((part, at) => (at % 2 === 1 ? $("<code>") : $("<span>")).text(part)));
}
