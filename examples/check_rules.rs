use sanctions_stream::rules::*;
fn main() {
    let files = RuleSet::builtin_files();
    let r = check(&files);
    for d in &r.diagnostics {
        let f = files.iter().find(|f| f.path == d.path).unwrap();
        println!(
            "{} {}:{} {}\n   {}\n   {}",
            d.code,
            d.path,
            f.text[..d.span.start].matches('\n').count() + 1,
            d.message,
            &f.text[d.span.clone()].chars().take(150).collect::<String>(),
            d.help.clone().unwrap_or_default()
        );
    }
    println!("{} run {} failed", r.examples_run, r.examples_failed);
}
