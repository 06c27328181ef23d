//! The `pyrs` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(pyrs::cli::run::main(std::env::args_os().collect()) as u8)
}
