//! The binary: parse, do, exit.

fn main() -> std::process::ExitCode {
    sanctions_stream::cli::main().into()
}
