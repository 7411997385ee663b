//! What a document should come to, and how what it came to differs.

use sanctions_stream::rules::Classified;

/// An alert or a signal that a document should give.
#[derive(Clone, Debug)]
pub struct Want {
    /// The event type.
    pub event: &'static str,
    /// The statuses that are right: where the guideline leaves it open, several.
    pub status: &'static [&'static str],
    /// Who acts.
    pub authority: Vec<&'static str>,
    /// Whom it hits.
    pub target: Vec<&'static str>,
    /// How many; `None`: the text says no number that counts.
    pub count: Option<u32>,
    /// Named persons.
    pub persons: Vec<&'static str>,
}

impl Want {
    fn alerts(&self) -> bool {
        self.status.iter().any(|s| matches!(*s, "enacted" | "announced"))
    }
}

/// What is wrong, in words; empty when everything is right.
pub fn differences(found: &Classified, want: &[Want]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mentions: Vec<_> = found.mentions.iter().filter(|m| !m.criminal).collect();
    let mut used = vec![false; mentions.len()];
    for w in want.iter().filter(|w| w.alerts()) {
        let fits = |i: usize| mentions[i].event == w.event && !used[i];
        let same = |i: usize| mentions[i].authority == w.authority;
        let Some(i) =
            (0..mentions.len()).find(|i| fits(*i) && same(*i)).or_else(|| (0..mentions.len()).find(|i| fits(*i)))
        else {
            wrong.push(format!("no alert {}", w.event));
            continue;
        };
        used[i] = true;
        let m = mentions[i];
        if !w.status.contains(&m.status.name()) {
            wrong.push(format!("status {} for {}", m.status.name(), w.status.join(" or ")));
        }
        let set = |v: &[&str]| {
            let mut v: Vec<String> = v.iter().map(|s| (*s).to_owned()).collect();
            v.sort();
            v
        };
        let sorted = |v: &[String]| {
            let mut v = v.to_vec();
            v.sort();
            v
        };
        for (what, got, wanted) in [
            ("authority", &m.authority, &w.authority),
            ("target", &m.target, &w.target),
            ("persons", &m.persons, &w.persons),
        ] {
            if sorted(got) != set(wanted) {
                wrong.push(format!("{what} {got:?} for {wanted:?}"));
            }
        }
        let count = m.count.map(|c| c.value);
        // A single person is no number: "a journalist", "one of them".
        if count.filter(|c| *c > 1) != w.count {
            wrong.push(format!("count {count:?} for {:?}", w.count));
        }
    }
    for (m, _) in mentions.iter().zip(&used).filter(|(_, used)| !**used) {
        wrong.push(format!("alert {} {}", m.event, m.status.name()));
    }
    for w in want.iter().filter(|w| !w.alerts()) {
        let open = w.status.iter().any(|s| matches!(*s, "background" | "none"));
        if !open && !found.suppressed.iter().any(|s| s.event == w.event && w.status.contains(&s.status.name())) {
            wrong.push(format!("no signal {} {}", w.event, w.status.join(" or ")));
        }
    }
    for s in found.suppressed.iter().filter(|s| matches!(s.status.name(), "proposed" | "rejected")) {
        let meant = want.iter().any(|w| w.event == s.event && (w.alerts() || w.status.contains(&s.status.name())));
        if !meant {
            wrong.push(format!("signal {} {}", s.event, s.status.name()));
        }
    }
    wrong
}

/// Everything found, in one line, with rule and cue.
pub fn told(found: &Classified) -> String {
    let mut parts: Vec<String> = found
        .mentions
        .iter()
        .map(|m| {
            format!(
                "ALERT {} {} by {:?} on {:?} count {:?} persons {:?} [{}]{}",
                m.event,
                m.status.name(),
                m.authority,
                m.target,
                m.count.map(|c| c.value),
                m.persons,
                m.rule,
                if m.criminal { " criminal" } else { "" },
            )
        })
        .collect();
    parts.extend(found.suppressed.iter().map(|s| {
        format!("{} {} {} [{}; cue {}]", s.event, s.status.name(), s.reason, s.rule, s.cue.as_deref().unwrap_or("-"))
    }));
    if parts.is_empty() { "nothing matched".to_owned() } else { parts.join(" | ") }
}
