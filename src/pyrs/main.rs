//! The `pyrs` command.

mod descriptors_ffi;
mod small_blocks;

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: small_blocks::SmallBlocks = small_blocks::SmallBlocks;

fn main() -> ExitCode {
    descriptors_ffi::close_again();
    ExitCode::from(pyrs::cli::run::main(std::env::args_os().collect()) as u8)
}
