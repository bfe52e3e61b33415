// Where a shell command takes variables from outside, and what kind of place each is: what
// runbooks/shellplaces.py does, held to the same table of cases. It touches no page.
(() => {
  "use strict";

  const NAME = /[A-Za-z_][A-Za-z0-9_]*/y;
  const ONLY_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
  const IN_BRACES = /\{([A-Za-z_][A-Za-z0-9_]*)\}/y;
  const INSIDE = /(?<!\\)\$(?:\{[#!]?)?([A-Za-z_][A-Za-z0-9_]*)/g;
  const IN_NUMBERS = /\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|(?<![\w{#!$])([A-Za-z_]\w*)/g;
  const ASSIGNS = /^([A-Za-z_][A-Za-z0-9_]*)(?:\[[^\]]*\])?\+?=/;
  const DOCUMENT = /<<(-?)[ \t]*((?:\\[^\n]|'[^']*'|"[^"]*"|[^\s;&|()<>'"\\])+)/y;
  const ESCAPED = /\$'(?:\\[^]|[^'\\])*'/y;
  const BACKQUOTED = /`(?:\\[^]|[^`\\])*`/y;
  const DEEPEST = 100;
  const SPACE = " \t\n;&|()<>";
  const LEADS = new Set(["then", "do", "else", "elif", "if", "while", "until", "!", "{", "time"]);
  const DECLARES = new Set(["export", "local", "readonly", "declare", "typeset"]);
  const SETS = new Set(["read", "mapfile", "readarray", "unset", "getopts", "for", "select", "local"]);

  class UnfinishedError extends Error {}

  /** The words so far of one simple command. */
  class Simple {
    first = "";
    last = "";

    /** Take the next *word*; return the variable that it sets, "" for none. */
    nameSet(word) {
      const assigned = ASSIGNS.exec(word);
      let name = "";
      if (assigned && (!this.first || DECLARES.has(this.first))) name = assigned[1];
      else if (!this.first) this.first = LEADS.has(word) ? "" : word;
      else if (ONLY_NAME.test(word) && (this.last === "-v" || this.setsNames())) name = word;
      this.last = word;
      return name;
    }

    setsNames() {
      if (!SETS.has(this.first)) return false;
      return (this.first !== "for" && this.first !== "select") || this.last === this.first;
    }
  }

  /** Walks through a command once; `own` says from where on a name is the command's own. */
  class Reader {
    at = 0;
    found = [];
    own = new Map();
    documents = [];

    constructor(text) {
      this.text = text;
      this.depth = 0;
    }

    match(pattern, at) {
      pattern.lastIndex = at;
      return pattern.exec(this.text);
    }

    readCommands(closer) {
      const { text } = this;
      let simple = new Simple();
      let start = this.at;
      let cases = 0;
      while (this.at < text.length) {
        const here = text[this.at];
        if (!SPACE.includes(here)) {
          this.readPart(here, this.at === start);
          continue;
        }
        const word = text.slice(start, this.at);
        if (word) {
          this.note(simple, word);
          cases += (word === "case") - (word === "esac");
        }
        if (here === ")" && closer && !cases) {
          this.at += 1;
          return;
        }
        if ("\n;&|()".includes(here)) simple = new Simple();
        this.readSpace(here);
        start = this.at;
      }
      if (closer) throw new UnfinishedError();
      if (start < this.at) this.note(simple, text.slice(start, this.at));
    }

    note(simple, word) {
      const name = simple.nameSet(word);
      if (name && !this.own.has(name)) this.own.set(name, this.at);
    }

    readSpace(here) {
      const document = this.match(DOCUMENT, this.at);
      if (this.text.startsWith("<<<", this.at)) this.at += 3;
      else if (document) {
        const word = document[2];
        this.documents.push([word.replace(/[\\'"]/g, ""), Boolean(document[1]), /[\\'"]/.test(word)]);
        this.at += document[0].length;
      } else if (here === "(") this.readBrackets();
      else {
        this.at += 1;
        if (here === "\n") this.readDocuments();
      }
    }

    readPart(here, isFirst) {
      if (here === "#" && isFirst) {
        const end = this.text.indexOf("\n", this.at);
        this.at = end >= 0 ? end : this.text.length;
      } else if (here === "'") this.readSingle();
      else if (here === '"') this.readDouble(true);
      else this.readExpanded(here, "word");
    }

    readExpanded(here, place, endsAt = "") {
      if (here === "\\") this.at += 2;
      else if (here === "`") this.noteOthers(this.at, this.end(BACKQUOTED));
      else if (here === "$") this.readDollar(place, endsAt);
      else this.at += 1;
    }

    readDollar(place, endsAt) {
      const start = this.at;
      const after = start + 1;
      const next = this.text[after] || "";
      const named = this.match(NAME, after) || this.match(IN_BRACES, after);
      if (named) {
        this.at = after + named[0].length;
        this.found.push({ name: named[1] || named[0], start, end: this.at, place, endsAt });
      } else if (next === "(") {
        this.at = after;
        this.readBrackets();
      } else if (next === "{") this.readBraces(place !== "word");
      else if (next === "'" && place === "word") this.at = this.end(ESCAPED);
      else if (next === '"' && place === "word") {
        this.at = after;
        this.readDouble(false);
      } else this.at += next && "$?#!@*-".includes(next) ? 2 : 1;
    }

    end(pattern) {
      const quoted = this.match(pattern, this.at);
      if (!quoted) throw new UnfinishedError();
      return this.at + quoted[0].length;
    }

    readSingle() {
      const end = this.text.indexOf("'", this.at + 1);
      if (end < 0) throw new UnfinishedError();
      this.at = end + 1;
    }

    readDouble(isWhole) {
      const start = this.at;
      const known = this.found.length;
      this.at += 1;
      while (this.at < this.text.length && this.text[this.at] !== '"') {
        this.readExpanded(this.text[this.at], "double");
      }
      if (this.at >= this.text.length) throw new UnfinishedError();
      this.at += 1;
      const [use, ...others] = this.found.slice(known);
      if (isWhole && use && !others.length && use.start === start + 1 && use.end === this.at - 1) {
        this.found[known] = { name: use.name, start, end: this.at, place: "word", endsAt: "" };
      }
    }

    /** Read `${…}` with more in it than a name. */
    readBraces(isQuoted) {
      const start = this.at;
      let depth = 0;
      let quote = "";
      for (; this.at < this.text.length; this.at += 1) {
        const here = this.text[this.at];
        if (here === "\\" && quote !== "'") this.at += 1;
        else if (quote) quote = here === quote ? "" : quote;
        else if (here === '"' || (here === "'" && !isQuoted)) quote = here;
        else if (here === "{" || here === "}") {
          depth += here === "{" ? 1 : -1;
          if (!depth) return this.noteOthers(start, this.at + 1);
        }
      }
      throw new UnfinishedError();
    }

    noteOthers(start, end) {
      this.at = end;
      for (const named of this.text.slice(start, end).matchAll(INSIDE)) this.noteUse(named, start, "other");
    }

    noteUse(named, from, place) {
      const name = named[1] || named[2] || named[3];
      const start = from + named.index;
      this.found.push({ name, start, end: start + named[0].length, place, endsAt: "" });
    }

    /** Read arithmetic, `((…))`, or else commands in brackets. */
    readBrackets() {
      this.depth += 1;
      if (this.depth > DEEPEST) throw new UnfinishedError();
      const start = this.at;
      const end = this.text.startsWith("((", start) ? this.endOfNumbers() : 0;
      if (!end) {
        this.at += 1;
        this.readCommands(")");
        this.depth -= 1;
        return;
      }
      this.depth -= 1;
      this.at = end;
      for (const named of this.text.slice(start, end).matchAll(IN_NUMBERS)) this.noteUse(named, start, "number");
    }

    endOfNumbers() {
      let depth = 0;
      for (let at = this.at; at < this.text.length; at += 1) {
        depth += (this.text[at] === "(") - (this.text[at] === ")");
        if (!depth) return this.text[at - 1] === ")" ? at + 1 : 0;
      }
      return 0;
    }

    readDocuments() {
      const waiting = this.documents;
      this.documents = [];
      for (const [word, hasTabs, isQuoted] of waiting) {
        const [end, behind] = this.endOfDocument(word, hasTabs);
        while (!isQuoted && this.at < end) this.readExpanded(this.text[this.at], "document", word);
        this.at = behind;
      }
    }

    endOfDocument(word, hasTabs) {
      for (let at = this.at; at <= this.text.length; ) {
        const next = this.text.indexOf("\n", at);
        const end = next >= 0 ? next : this.text.length;
        const line = this.text.slice(at, end);
        if ((hasTabs ? line.replace(/^\t*/, "") : line) === word) return [at, end];
        at = end + 1;
      }
      return [this.text.length, this.text.length];
    }
  }

  /** Return each use of a variable that *text* has not set itself by then; null where a quote does not close. */
  function readUses(text) {
    const reader = new Reader(text);
    try {
      reader.readCommands("");
    } catch (error) {
      if (error instanceof UnfinishedError) return null;
      throw error;
    }
    return reader.found.filter((use) => use.start < (reader.own.get(use.name) ?? text.length));
  }

  globalThis.waypostRunbook = { readUses };
})();
