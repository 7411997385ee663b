fn main() {
    let set = sanctions_stream::rules::RuleSet::builtin();
    for t in std::env::args().skip(1) {
        println!("{}", set.parse_picture(&t));
    }
}
