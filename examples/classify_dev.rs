use sanctions_stream::{input::*, rules::*};
use std::borrow::Cow;
use std::io::BufRead;
fn main() {
    let set = RuleSet::builtin();
    let mut reading = Reading::default();
    let t0 = std::time::Instant::now();
    let mut n = 0;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let v: serde_json::Value = serde_json::from_str(&line).unwrap();
        let get = |k: &str| v.get(k).and_then(|x| x.as_str()).unwrap_or("").to_owned();
        let notice = v.get("document_number").is_some();
        let mut fields = vec![];
        for (k, _) in [("title", 0), ("headline", 0), ("abstract", 0), ("action", 0), ("body", 0)] {
            let t = get(k);
            if !t.trim().is_empty() {
                fields.push(Field { name: Cow::Owned(k.to_owned()), text: Cow::Owned(t), blanked: None });
            }
        }
        let date = {
            let d = get("publishedAt");
            if d.is_empty() { get("publication_date") } else { d }
        };
        let d = if date.len() == 10 { format!("{date}T00:00:00Z") } else { date };
        let doc = Document {
            id: Cow::Owned(if notice { get("document_number") } else { get("id") }),
            id_derived: false,
            version: None,
            kind: if notice { Kind::Notice } else { Kind::Article },
            class: None,
            fields,
            published_at: d.parse().ok(),
            url: None,
            language: None,
            source: Source::default(),
            standing: Standing::Usable,
            correction_of: None,
            embargoed_until: None,
            genres: vec![],
        };
        let c = set.classify(&doc, &mut reading);
        n += 1;
        let ev = |e: &Vec<Evidence>| {
            e.iter()
                .map(|x| format!("{}:{}", x.role.name(), &doc.fields[x.field].text[x.start..x.end]))
                .collect::<Vec<_>>()
        };
        let ms: Vec<_> = c.mentions.iter().filter(|m| !m.criminal).map(|m| serde_json::json!({"type": m.event, "status": m.status.name(), "authority": m.authority, "target": m.target, "count": m.count.map(|c| c.value), "persons": m.persons, "measure": m.measure, "rule": m.rule, "remaining": m.remaining, "parts": m.parts.iter().map(|p| format!("{}:{}", p.place, p.count)).collect::<Vec<_>>(), "conf": m.confidence, "ev": ev(&m.evidence)})).collect();
        let ss: Vec<_> = c.suppressed.iter().map(|m| serde_json::json!({"type": m.event, "status": m.status.name(), "reason": m.reason, "cue": m.cue, "rule": m.rule, "ev": ev(&m.evidence)})).collect();
        println!(
            "{}",
            serde_json::json!({"id": doc.id, "mentions": ms, "suppressed": ss, "links": c.links.iter().map(|l| format!("{}->{} {}", l.from, l.to, l.relation.name())).collect::<Vec<_>>()})
        );
    }
    eprintln!("{n} docs in {:?}", t0.elapsed());
}
