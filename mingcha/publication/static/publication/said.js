// Sentences. The Chinese is the source and stands where it is said; the page hands over what it reads in the reader's
// language.
let texts = {};
export const speak = (given) => { texts = given; };

export function say(sentence, details = {}) {
  return (texts[sentence] || sentence).replace(/%\((\w+)\)s/g, (_, name) => String(details[name]));
}

// Something is not as it must be.
export class Wrong extends Error {
  constructor(sentence, details = {}) {
    super(sentence);
    this.sentence = sentence;
    this.details = details;
  }

  toString() { return say(this.sentence, this.details); }
}

// The file cannot be read at all.
export class Unreadable extends Wrong {}
