//! The tokenizer: one pass over the bytes, spans and folded forms, nothing allocated after warm-up.
//!
//! The folded form of a plain word is its place in one lower-cased copy of the text; only what folds to something else
//! (accents, dots, clitics) is spelled out behind that copy.
//! Hyphens split words but leave a mark, possessive `'s` and `n't` become tokens of their own, dotted abbreviations
//! (`U.S.`) fold to their letters. U+0001, the filler of blanked markup, is read as nothing at all.

use std::ops::Range;

use super::fold::fold_into;

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// Letters, with or without digits and inner apostrophes.
    Word,
    /// Starts with a digit.
    Number,
    /// Possessive `'s`, or the lone apostrophe behind a plural.
    Possessive,
    /// An opening or a double straight quotation mark.
    Quote,
    /// Any other visible sign.
    Punct,
}

/// One token: a span of the text and its folded form.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// Byte offset of the first byte in the field's text.
    pub start: u32,
    /// Byte offset behind the last byte.
    pub end: u32,
    norm_start: u32,
    norm_end: u32,
    /// Word, number, punctuation ...
    pub kind: TokenKind,
    /// The first letter is upper case.
    pub capital: bool,
    /// Every letter is upper case and there are at least two.
    pub all_caps: bool,
    /// Joined to the token before by a hyphen.
    pub hyphened: bool,
    /// Only white space containing a line feed stands between this token and the one before.
    pub after_newline: u8,
}

impl Token {
    /// The byte span in the field's text.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// The tokens of one field. Reused from record to record.
#[derive(Debug, Default)]
pub struct Tokens {
    items: Vec<Token>,
    /// The text in lower case, and behind it every folded form that does not stand in it.
    norms: String,
    numbers: Vec<u32>,
}

/// Stands for "no number" in `Tokens::numbers`.
const UNNUMBERED: u32 = u32::MAX;

const FILLER: u8 = 1;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Space,
    Letter,
    Digit,
    Sign,
    Filler,
    Wide,
}

const CLASSES: [Class; 256] = {
    let mut t = [Class::Sign; 256];
    let mut i = 0;
    while i < 256 {
        t[i] = match i as u8 {
            FILLER => Class::Filler,
            0..=32 | 127 => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            128..=255 => Class::Wide,
            _ => Class::Sign,
        };
        i += 1;
    }
    t
};

impl Tokens {
    /// All tokens in text order.
    pub fn iter(&self) -> std::slice::Iter<'_, Token> {
        self.items.iter()
    }

    /// The tokens as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Token] {
        &self.items
    }

    /// The folded, lower-case form of a token of this collection.
    #[must_use]
    pub fn norm(&self, token: &Token) -> &str {
        &self.norms[token.norm_start as usize..token.norm_end as usize]
    }

    /// Forgets the tokens and reads `text`. Texts beyond 4 GiB are cut at that length.
    pub fn read(&mut self, text: &str) {
        self.items.clear();
        self.norms.clear();
        self.norms.push_str(text);
        self.norms.make_ascii_lowercase();
        self.numbers.clear();
        let bytes = text.as_bytes();
        let mut reader = Reader { text, bytes, at: 0, newlines: 0, hyphened: false };
        while let Some(()) = reader.skip_space() {
            reader.token(self);
        }
    }

    /// Gives every token the number that `of` has for its folded form, so that a word is looked up once a field.
    pub fn number(&mut self, of: impl Fn(&str) -> Option<u32>) {
        let Self { items, norms, numbers } = self;
        let norm = |token: &Token| &norms[token.norm_start as usize..token.norm_end as usize];
        numbers.clear();
        numbers.extend(items.iter().map(|token| of(norm(token)).unwrap_or(UNNUMBERED)));
    }

    /// The number that a token was given, or what `look` says of its folded form when tokens were given none.
    pub fn number_or(&self, index: usize, look: impl FnOnce(&str) -> Option<u32>) -> Option<u32> {
        match self.numbers.get(index) {
            Some(&number) => Some(number).filter(|n| *n != UNNUMBERED),
            None => look(self.norm(&self.items[index])),
        }
    }

    /// Gives the auxiliary before `n't` its full form ("won't" -> "will"), which the lexicon knows.
    /// Returns where the next folded form begins.
    fn expand_negated(&mut self) -> usize {
        if let Some(last) = self.items.last_mut() {
            let full = match &self.norms[last.norm_start as usize..last.norm_end as usize] {
                "won" => "will",
                "can" | "ca" => "can",
                "shan" => "shall",
                short => match short.strip_suffix('n') {
                    Some(
                        "would" | "could" | "should" | "did" | "does" | "do" | "is" | "are" | "was" | "were" | "has"
                        | "have" | "had" | "must" | "need",
                    ) => {
                        last.norm_end -= 1;
                        return self.norms.len();
                    }
                    _ => return self.norms.len(),
                },
            };
            last.norm_start = u32::try_from(self.norms.len()).unwrap_or(u32::MAX);
            self.norms.push_str(full);
            last.norm_end = u32::try_from(self.norms.len()).unwrap_or(u32::MAX);
        }
        self.norms.len()
    }

    /// Adds the token `span`, whose folded form has been written from `norm_start` to the end of the forms.
    fn push(&mut self, span: Range<usize>, norm_start: usize, kind: TokenKind, shape: Shape, r: &mut Reader<'_>) {
        let norm = norm_start..self.norms.len();
        self.add(span, norm, kind, shape.capital, shape.upper >= 2 && shape.lower == 0, r);
    }

    /// Adds the token `span`, whose folded form is its lower case.
    fn push_plain(&mut self, span: Range<usize>, kind: TokenKind, capital: bool, all_caps: bool, r: &mut Reader<'_>) {
        self.add(span.clone(), span, kind, capital, all_caps, r);
    }

    fn add(
        &mut self,
        span: Range<usize>,
        norm: Range<usize>,
        kind: TokenKind,
        capital: bool,
        all_caps: bool,
        r: &mut Reader<'_>,
    ) {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        self.items.push(Token {
            start: offset(span.start),
            end: offset(span.end),
            norm_start: offset(norm.start),
            norm_end: offset(norm.end),
            kind,
            capital,
            all_caps,
            hyphened: std::mem::take(&mut r.hyphened),
            after_newline: std::mem::take(&mut r.newlines),
        });
    }
}

#[derive(Clone, Copy, Default)]
struct Shape {
    capital: bool,
    upper: u32,
    lower: u32,
}

impl Shape {
    fn letter(&mut self, upper: bool) {
        if self.upper + self.lower == 0 {
            self.capital = upper;
        }
        if upper {
            self.upper += 1;
        } else {
            self.lower += 1;
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    newlines: u8,
    hyphened: bool,
}

impl Reader<'_> {
    /// Moves to the next byte that is not white space; `None` at the end of the text.
    fn skip_space(&mut self) -> Option<()> {
        while let Some(&b) = self.bytes.get(self.at) {
            match CLASSES[b as usize] {
                Class::Space | Class::Filler => {
                    if b == b'\n' {
                        self.newlines = self.newlines.saturating_add(1);
                    }
                    self.at += 1;
                }
                Class::Wide => {
                    let c = self.char_at(self.at);
                    if !(c.is_whitespace() || is_invisible(c)) {
                        return Some(());
                    }
                    if matches!(c, '\u{2028}' | '\u{2029}') {
                        self.newlines = self.newlines.saturating_add(2);
                    }
                    self.at += c.len_utf8();
                }
                _ => return Some(()),
            }
        }
        None
    }

    fn char_at(&self, at: usize) -> char {
        self.text[at..].chars().next().unwrap_or(' ')
    }

    fn token(&mut self, out: &mut Tokens) {
        let b = self.bytes[self.at];
        match CLASSES[b as usize] {
            Class::Letter => self.plain_word(out),
            Class::Digit => self.number(out),
            Class::Wide if self.char_at(self.at).is_alphanumeric() => self.word(out),
            _ => self.sign(out),
        }
    }

    /// A word of ASCII letters and digits alone, as nearly all are; any other is left to `word`.
    fn plain_word(&mut self, out: &mut Tokens) {
        let start = self.at;
        let rest = &self.bytes[start..];
        let length = rest
            .iter()
            .position(|b| !matches!(CLASSES[*b as usize], Class::Letter | Class::Digit))
            .unwrap_or(rest.len());
        let end = start + length;
        let goes_on = match self.bytes.get(end) {
            Some(b'\'') => self.inner_apostrophe(end, 1),
            Some(b'.') => length == 1,
            Some(&b) => b == FILLER || b >= 128,
            None => false,
        };
        if goes_on {
            return self.word(out);
        }
        let word = &rest[..length];
        let capital = word[0].is_ascii_uppercase();
        let all_caps = capital
            && !word.iter().any(u8::is_ascii_lowercase)
            && word.iter().filter(|b| b.is_ascii_uppercase()).count() >= 2;
        self.at = end;
        out.push_plain(start..end, TokenKind::Word, capital, all_caps, self);
        self.tail(out);
    }

    fn word(&mut self, out: &mut Tokens) {
        let start = self.at;
        let norm_start = out.norms.len();
        let mut shape = Shape::default();
        let mut end = self.at;
        while let Some(&b) = self.bytes.get(self.at) {
            match CLASSES[b as usize] {
                Class::Letter => {
                    shape.letter(b.is_ascii_uppercase());
                    out.norms.push(b.to_ascii_lowercase() as char);
                    self.at += 1;
                    end = self.at;
                }
                Class::Digit => {
                    out.norms.push(b as char);
                    self.at += 1;
                    end = self.at;
                }
                Class::Filler => self.at += 1,
                Class::Wide => {
                    let c = self.char_at(self.at);
                    if c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c) {
                        if c.is_alphabetic() {
                            shape.letter(c.is_uppercase());
                        }
                        fold_into(c, &mut out.norms);
                        self.at += c.len_utf8();
                        end = self.at;
                    } else if is_invisible(c) {
                        self.at += c.len_utf8();
                    } else if is_apostrophe(c) && self.inner_apostrophe(self.at, c.len_utf8()) {
                        out.norms.push('\'');
                        self.at += c.len_utf8();
                    } else {
                        break;
                    }
                }
                Class::Sign if b == b'\'' && self.inner_apostrophe(self.at, 1) => {
                    out.norms.push('\'');
                    self.at += 1;
                }
                Class::Sign if b == b'.' && self.dotted(start, end) => {
                    self.at += 1;
                    end = self.at;
                }
                _ => break,
            }
        }
        self.at = end;
        out.push(start..end, norm_start, TokenKind::Word, shape, self);
        self.tail(out);
    }

    /// Whether the apostrophe at `at` belongs to the word: letters follow that are neither `s` alone nor `t` of `n't`
    /// nor one of the clitics.
    fn inner_apostrophe(&self, at: usize, len: usize) -> bool {
        let rest = &self.bytes[at + len..];
        let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic() || **b >= 128).count();
        let clitic = match letters {
            0 => return false,
            1 => matches!(rest[0].to_ascii_lowercase(), b's' | b'd' | b'm' | b't'),
            2 => matches!(&rest[..2].to_ascii_lowercase()[..], b"ll" | b"re" | b"ve"),
            _ => false,
        };
        !clitic
    }

    /// Whether the word so far is one letter or letters parted by dots, and the dot at the reading point goes on with
    /// it: `U.S.`, `a.m.`, `U.N.`; the initial `J.` of a name keeps its dot outside.
    fn dotted(&self, start: usize, end: usize) -> bool {
        let so_far = &self.bytes[start..end];
        let single = so_far.len() == 1 && so_far[0].is_ascii_alphabetic();
        let parted = so_far.len() >= 3 && so_far.iter().skip(1).step_by(2).all(|b| *b == b'.') && so_far.len() % 2 == 1;
        let next = self.bytes.get(end + 1).copied().unwrap_or(b' ');
        let after = self.bytes.get(end + 2).copied().unwrap_or(b' ');
        (single && next.is_ascii_alphabetic() && !after.is_ascii_alphanumeric())
            || (parted && (!next.is_ascii_alphanumeric() || !after.is_ascii_alphanumeric()))
    }

    /// The clitics behind a word, and the hyphen that joins it to the next.
    fn tail(&mut self, out: &mut Tokens) {
        let Some(&b) = self.bytes.get(self.at) else { return };
        if b < 128 && b != b'-' && b != b'\'' {
            return;
        }
        if b == b'-' || self.text[self.at..].starts_with(['\u{2010}', '\u{2011}']) {
            let len = if b == b'-' { 1 } else { 3 };
            let next = self.bytes.get(self.at + len).copied().unwrap_or(b' ');
            if next.is_ascii_alphanumeric() || next >= 128 && self.char_at(self.at + len).is_alphanumeric() {
                self.at += len;
                self.hyphened = true;
            }
            return;
        }
        let len = match b {
            b'\'' => 1,
            _ if self.text[self.at..].starts_with(['\u{2019}', '\u{2bc}', '\u{2018}']) => {
                self.char_at(self.at).len_utf8()
            }
            _ => return,
        };
        let rest = &self.bytes[self.at + len..];
        let letters = rest.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let start = self.at;
        let norm_start = out.norms.len();
        let previous_ends_in_n = out.items.last().is_some_and(|t| out.norms[..t.norm_end as usize].ends_with('n'));
        let (take, form, kind) = match (letters, rest.first().map(u8::to_ascii_lowercase)) {
            (1, Some(b's')) => (1, "'s", TokenKind::Possessive),
            (1, Some(b't')) if previous_ends_in_n => (1, "n't", TokenKind::Word),
            (1, Some(b'd')) => (1, "would", TokenKind::Word),
            (1, Some(b'm')) => (1, "am", TokenKind::Word),
            (2, Some(b'l')) => (2, "will", TokenKind::Word),
            (2, Some(b'r')) => (2, "are", TokenKind::Word),
            (2, Some(b'v')) => (2, "have", TokenKind::Word),
            // "prisoners' release": the apostrophe of a plural, unless a quotation ends here.
            (0, _)
                if out.items.last().is_some_and(|t| out.norms[..t.norm_end as usize].ends_with('s'))
                    && rest.first() == Some(&b' ') =>
            {
                (0, "'s", TokenKind::Possessive)
            }
            _ => return,
        };
        let norm_start = if form == "n't" { out.expand_negated() } else { norm_start };
        out.norms.push_str(form);
        self.at = start + len + take;
        out.push(start..self.at, norm_start, kind, Shape::default(), self);
    }

    fn number(&mut self, out: &mut Tokens) {
        let start = self.at;
        let digits = self.bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        let behind = self.bytes.get(start + digits).copied().unwrap_or(b' ');
        if !matches!(behind, b',' | b'.' | FILLER) && !behind.is_ascii_alphabetic() {
            self.at += digits;
            out.push_plain(start..self.at, TokenKind::Number, false, false, self);
            return self.tail(out);
        }
        let norm_start = out.norms.len();
        let mut end = start;
        while let Some(&b) = self.bytes.get(self.at) {
            let next = self.bytes.get(self.at + 1).copied().unwrap_or(b' ');
            match b {
                b'0'..=b'9' => out.norms.push(b as char),
                b',' if next.is_ascii_digit() && self.three_digits(self.at + 1) => {}
                b'.' if next.is_ascii_digit() => out.norms.push('.'),
                FILLER => {
                    self.at += 1;
                    continue;
                }
                _ if b.is_ascii_alphabetic() => out.norms.push(b.to_ascii_lowercase() as char),
                _ => break,
            }
            self.at += 1;
            end = self.at;
        }
        self.at = end;
        out.push(start..end, norm_start, TokenKind::Number, Shape::default(), self);
        self.tail(out);
    }

    /// Whether exactly three digits stand at `at`: only then is the comma before them a thousands separator.
    fn three_digits(&self, at: usize) -> bool {
        let digits = self.bytes[at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        digits == 3
    }

    fn sign(&mut self, out: &mut Tokens) {
        let start = self.at;
        let b = self.bytes[start];
        if b < 128 && b != b'`' {
            self.at += 1;
            let kind = if matches!(b, b'"' | b'\'') { TokenKind::Quote } else { TokenKind::Punct };
            return out.push_plain(start..self.at, kind, false, false, self);
        }
        let norm_start = out.norms.len();
        let c = self.char_at(start);
        let (form, kind) = match c {
            '“' | '”' | '„' | '«' | '»' | '‘' => ('"', TokenKind::Quote),
            '’' | '`' => ('\'', TokenKind::Quote),
            '–' | '—' | '―' | '‒' => ('—', TokenKind::Punct),
            '…' => ('.', TokenKind::Punct),
            other => (other, TokenKind::Punct),
        };
        out.norms.push(form);
        self.at += c.len_utf8();
        out.push(start..self.at, norm_start, kind, Shape::default(), self);
    }
}

const fn is_apostrophe(c: char) -> bool {
    matches!(c, '\u{2019}' | '\u{2bc}' | '\u{2018}')
}

/// Characters that a reader does not see: soft hyphen, zero-width signs, byte order mark.
const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn norms(text: &str) -> Vec<String> {
        let mut t = Tokens::default();
        t.read(text);
        t.iter().map(|x| t.norm(x).to_owned()).collect()
    }

    #[test]
    fn words_numbers_and_signs() {
        assert_eq!(norms("Belarus frees 1,227 prisoners."), ["belarus", "frees", "1227", "prisoners", "."]);
        assert_eq!(norms("the U.S. and U.N. said"), ["the", "us", "and", "un", "said"]);
        assert_eq!(norms("Russia’s oil"), ["russia", "'s", "oil"]);
        assert_eq!(norms("prisoners’ release"), ["prisoners", "'s", "release"]);
        assert_eq!(norms("won't, didn’t"), ["will", "n't", ",", "did", "n't"]);
        assert_eq!(norms("US-led Zaghari-Ratcliffe"), ["us", "led", "zaghari", "ratcliffe"]);
        assert_eq!(norms("O'Brien d’Ivoire"), ["o'brien", "d'ivoire"]);
        assert_eq!(norms("In 2014, 20,000 and 4.5"), ["in", "2014", ",", "20000", "and", "4.5"]);
        assert_eq!(norms("J. Smith"), ["j", ".", "smith"]);
        assert_eq!(norms("sanc\u{1}\u{1}tions"), ["sanctions"]);
        assert_eq!(norms("“lifted”"), ["\"", "lifted", "\""]);
    }

    #[test]
    fn spans_are_byte_offsets() {
        let text = "Łukašenka’s “amnesty”";
        let mut t = Tokens::default();
        t.read(text);
        let quotes: Vec<&str> = t.iter().map(|x| &text[x.span()]).collect();
        assert_eq!(quotes, ["Łukašenka", "’s", "“", "amnesty", "”"]);
    }

    #[test]
    fn hyphen_marks_the_second_part() {
        let mut t = Tokens::default();
        t.read("sanctions-hit Iran");
        assert_eq!(t.iter().map(|x| x.hyphened).collect::<Vec<_>>(), [false, true, false]);
    }
}
