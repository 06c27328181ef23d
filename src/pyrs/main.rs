//! The `pyrs` command.

mod descriptors_ffi;

use std::process::ExitCode;

fn main() -> ExitCode {
    descriptors_ffi::close_again();
    ExitCode::from(pyrs::cli::run::main(std::env::args_os().collect()) as u8)
}
