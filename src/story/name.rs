//! One person, many spellings: Kalesnikava and Kolesnikova, Bialiatski and Беляцкий, el-Fattah and Elfattah.
//!
//! Names are compared by the skeleton of their consonants after transliteration, because that is what survives the way
//! from one alphabet through another language's ears. A surname must agree, and a given name where both have one. This is
//! for names of one event: that the type, the state and the week agree is known before anybody asks here.

use super::index::hash;

/// A name made ready for comparing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Its words in plain lower-case letters, one behind the other, without particles. The surname is usually the last.
    plain: Box<str>,
    words: Box<[Word]>,
    /// Hash of all skeletons in one.
    whole: u64,
}

/// One word of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    /// Hash of its skeleton: its consonants, folded.
    hash: u64,
    /// Where it ends in the plain letters.
    end: u32,
    /// Whether the skeleton is long enough to tell names apart.
    tells: bool,
}

/// Tells the hash of a word that stands last from that of a word anywhere.
const AS_LAST: u64 = 0x9e37_79b9_7f4a_7c15;

/// Words that some outlets write and others leave out.
fn is_particle(word: &str) -> bool {
    matches!(
        word,
        "mr" | "mrs"
            | "ms"
            | "dr"
            | "sir"
            | "gen"
            | "col"
            | "jr"
            | "sr"
            | "ii"
            | "iii"
            | "al"
            | "el"
            | "abu"
            | "bin"
            | "ibn"
            | "ben"
            | "de"
            | "da"
            | "del"
            | "von"
            | "van"
            | "the"
            | "of"
            | "and"
            | "group"
            | "bank"
            | "company"
            | "corp"
            | "corporation"
            | "inc"
            | "ltd"
            | "llc"
            | "plc"
            | "co"
            | "ag"
            | "oao"
            | "pao"
            | "jsc"
    )
}

impl Key {
    /// The key of a name as written.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let latin = latin(name);
        let all = || latin.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
        // The article of an Arabic name may stand apart: "Abd el-Fattah" and "Abdel-Fattah" are one.
        let kept = || all().map(joined_article).filter(|word| !is_particle(word));
        let of = |words: &mut dyn Iterator<Item = &str>| {
            let (mut plain, mut sounds) = (String::with_capacity(latin.len()), String::with_capacity(latin.len()));
            let word = |word: &str| {
                let start = sounds.len();
                plain.push_str(word);
                skeleton(word, &mut sounds);
                let end = u32::try_from(plain.len()).unwrap_or(u32::MAX);
                Word { hash: hash(&sounds[start..]), end, tells: sounds.len() - start >= 3 }
            };
            let words: Box<[Word]> = words.map(word).collect();
            Self { whole: hash(&sounds), words, plain: plain.into() }
        };
        if kept().next().is_some() { of(&mut kept()) } else { of(&mut all()) }
    }

    /// Whether two names can be those of one person.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        // Most names that are compared have nothing in common, and hashes show it.
        let meet = |word: &Word| other.words.iter().any(|of_other| of_other.hash == word.hash);
        if self.whole != other.whole && !self.words.iter().any(meet) {
            return false;
        }
        let (short, long) = if self.words.len() <= other.words.len() { (self, other) } else { (other, self) };
        let (Some(last_short), Some(last_long)) = (short.words.len().checked_sub(1), long.words.len().checked_sub(1))
        else {
            return false;
        };
        let whole = short.whole == long.whole;
        let stands_in_long = |at: usize| (0..long.words.len()).any(|there| short.is(at, long, there));
        if last_short == 0 {
            return stands_in_long(0) || whole;
        }
        if short.is(last_short, long, last_long) {
            // The given names agree, or one of them is an initial or a short form of the other.
            return short.is(0, long, 0) || short.begins(long) || long.begins(short) || stands_in_long(0);
        }
        // The order of the words differs between languages; so does what stands as one word or two.
        (0..short.words.len()).all(stands_in_long) || whole
    }

    fn word(&self, at: usize) -> &str {
        let start = at.checked_sub(1).map_or(0, |before| self.words[before].end);
        &self.plain[start as usize..self.words[at].end as usize]
    }

    /// Whether two words sound alike. Short skeletons are shared by many names: with them the vowels count too.
    fn is(&self, at: usize, other: &Self, there: usize) -> bool {
        let (a, b) = (&self.words[at], &other.words[there]);
        a.hash == b.hash && (a.tells || vowels_folded(self.word(at)) == vowels_folded(other.word(there)))
    }

    /// Whether the first word is short, and the other name begins with it.
    fn begins(&self, other: &Self) -> bool {
        let first = self.word(0);
        first.len() <= 4 && other.word(0).starts_with(first)
    }

    /// Hashes under which a story of this person is filed: every word, the last one as such once more, and the whole.
    pub(super) fn filed(&self) -> impl Iterator<Item = u64> {
        let last = self.words.last().map(|word| word.hash ^ AS_LAST);
        self.words.iter().map(|word| word.hash).chain(last).chain((self.words.len() > 1).then_some(self.whole))
    }

    /// Hashes under which to look for stories of this person. Of two names that match, the last word of one is a word of the
    /// other, or they are alike as a whole; so the given names, which thousands share, need not be looked for.
    pub(super) fn asked(&self) -> impl Iterator<Item = u64> {
        let last = self.words.last().map(|word| word.hash);
        let words = self.words.iter().map(|word| word.hash ^ AS_LAST);
        words.chain(last).chain((self.words.len() > 1).then_some(self.whole))
    }

    /// A hash of the whole name as it sounds.
    pub(super) fn hash(&self) -> u64 {
        self.whole
    }
}

/// A word without the article that is written together with it.
fn joined_article(word: &str) -> &str {
    if matches!(word, "abdel" | "abdul" | "abdal" | "abdoul") { "abd" } else { word }
}

/// Latin lower-case letters for a name in Latin or Cyrillic letters; what is neither passes through as a break.
fn latin(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
            continue;
        }
        let plain = match c {
            'а' | 'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => "a",
            'б' => "b",
            'в' | 'ў' => "v",
            'г' | 'ґ' | 'ğ' | 'ģ' => "g",
            'д' | 'ď' | 'đ' | 'ð' => "d",
            'е' | 'ё' | 'э' | 'є' | 'é' | 'è' | 'ê' | 'ë' | 'ē' | 'ě' | 'ę' | 'ė' | 'ə' => "e",
            'ж' | 'ž' | 'ż' => "zh",
            'з' | 'ź' => "z",
            'и' | 'і' | 'ї' | 'й' | 'ы' | 'í' | 'ì' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
            'к' | 'ķ' => "k",
            'л' | 'ł' | 'ľ' | 'ļ' => "l",
            'м' => "m",
            'н' | 'ñ' | 'ń' | 'ň' | 'ņ' => "n",
            'о' | 'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' | 'ō' | 'ő' => "o",
            'п' => "p",
            'р' | 'ř' => "r",
            'с' | 'ś' => "s",
            'т' | 'ť' | 'ț' | 'ţ' => "t",
            'у' | 'ú' | 'ù' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => "u",
            'ф' => "f",
            'х' => "kh",
            'ц' => "ts",
            'ч' | 'č' | 'ć' | 'ç' => "ch",
            'ш' | 'š' | 'ş' | 'ș' => "sh",
            'щ' => "shch",
            'ю' => "yu",
            'я' => "ya",
            'ý' | 'ÿ' => "y",
            'ß' => "ss",
            'æ' => "ae",
            'œ' => "oe",
            'þ' => "th",
            // Soft signs and apostrophes are not heard, and a hyphen inside a name is written or not.
            'ь' | 'ъ' | '\'' | '’' | 'ʼ' | '`' | '´' | '‘' => "",
            _ => " ",
        };
        out.push_str(plain);
    }
    out
}

const fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

/// Adds the consonants of a word, with those folded together that languages and transcriptions interchange.
fn skeleton(word: &str, out: &mut String) {
    let letters = word.as_bytes();
    let start = out.len();
    let mut at = 0;
    while at < letters.len() {
        let (two, next) = (&letters[at..letters.len().min(at + 2)], letters.get(at + 1).copied());
        let before = at.checked_sub(1).map(|i| letters[i]);
        let (sound, length) = match (two, letters[at]) {
            ([b's', b'h'] | [b'c', b'h'] | [b'z', b'h'], _) => ('s', 2),
            // Belarusian softens t to ts, Russian does not.
            ([b't', b's' | b'z' | b'h'], _) => ('t', 2),
            ([b'k' | b'g', b'h'], _) => ('h', 2),
            ([b'p', b'h'], _) => ('f', 2),
            ([b'c', b'k'] | [b'q', b'u'], _) => ('k', 2),
            ([b'd', b'z' | b'j'], _) => ('d', 2),
            (_, b'c') => (if matches!(next, Some(b'e' | b'i' | b'y')) { 's' } else { 'k' }, 1),
            (_, b'q') => ('k', 1),
            (_, b'w') => ('v', 1),
            (_, b'z') => ('s', 1),
            // Belarusian and Ukrainian h is Russian g.
            (_, b'g') => ('h', 1),
            // Alexander is Aliaksandr: one letter, two sounds.
            (_, b'x') => {
                out.push('k');
                ('s', 1)
            }
            // Short u behind a vowel is v to Russians: Tsikhanouski, Tikhanovsky.
            (_, b'u') if at > 0 && before.is_some_and(is_vowel) && next.is_some_and(|n| !is_vowel(n)) => ('v', 1),
            (_, b'j') if at > 0 => ('-', 1),
            (_, vowel) if is_vowel(vowel) => (if at == 0 { 'a' } else { '-' }, 1),
            (_, letter) => (char::from(letter), 1),
        };
        if sound != '-' && !out[start..].ends_with(sound) {
            out.push(sound);
        }
        at += length;
    }
}

/// The word with the vowels folded that are hard to tell apart when not stressed, and double letters single.
fn vowels_folded(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        let c = match c {
            'o' => 'a',
            'y' | 'j' => 'i',
            'w' => 'v',
            other => other,
        };
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str, expected: bool) {
        let (left, right) = (Key::of(a), Key::of(b));
        assert_eq!(left.matches(&right), expected, "{a} / {b}: {left:?} {right:?}");
        assert_eq!(right.matches(&left), expected, "{b} / {a}");
    }

    #[test]
    fn spellings_of_one_name() {
        for (a, b) in [
            ("Maria Kalesnikava", "Maria Kolesnikova"),
            ("Maryia Kalesnikava", "Мария Колесникова"),
            ("Ales Bialiatski", "Ales Bialiatsky"),
            ("Ales Bialiatski", "Алесь Беляцкий"),
            ("Siarhei Tsikhanouski", "Sergei Tikhanovsky"),
            ("Siarhei Tsikhanouski", "Sergey Tikhanovskiy"),
            ("Viktar Babaryka", "Viktor Babariko"),
            ("Sviatlana Tsikhanouskaya", "Svetlana Tikhanovskaya"),
            ("John Coale", "Coale"),
            ("Alaa Abd el-Fattah", "Alaa Abdel-Fattah"),
            ("Alaa Abd El-Fattah", "Abdel Fattah"),
            ("Aliaksandr Lukashenka", "Alexander Lukashenko"),
            ("Evan Gershkovich", "Gershkovich"),
            ("Benjamin Brière", "Benjamin Briere"),
            ("Wagner Group", "Wagner"),
            ("Kim Yong-chol", "Kim Yong Chol"),
            ("Vladimir Kara-Murza", "Kara-Murza"),
            ("Juan Sebastián Chamorro", "Juan Chamorro"),
            ("Imran Khan", "Khan"),
        ] {
            same(a, b, true);
        }
    }

    #[test]
    fn different_people() {
        for (a, b) in [
            ("Ales Bialiatski", "Maria Kalesnikava"),
            ("Fariba Adelkhah", "Farhad Meysami"),
            ("Benjamin Briere", "Bernard Phelan"),
            ("Sergei Lavrov", "Maria Lavrova"),
            ("Li Wei", "Lu Wei"),
            ("Igor Losik", "Darya Losik"),
            ("Kim Jong Un", "Kim Yo Jong"),
            ("Brittney Griner", "Paul Whelan"),
            ("Sberbank", "Alfa-Bank"),
            ("", "Bout"),
        ] {
            same(a, b, false);
        }
    }
}
