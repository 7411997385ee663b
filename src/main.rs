//! The binary: hand the arguments to [`sanctions_stream::cli`], leave with its exit code.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    sanctions_stream::cli::main(std::env::args_os()).into()
}
