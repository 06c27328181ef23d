//! Developer commands.

mod ast_dump;
mod bench;
mod bless;
mod diff_code;
mod ffi;
mod pyc;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, rest)) if command == "ast-dump" => ast_dump::run(rest),
        Some((command, rest)) if command == "bench" => bench::run(rest),
        Some((command, rest)) if command == "bless" => bless::run(rest),
        Some((command, rest)) if command == "diff-code" => diff_code::run(rest),
        Some((command, rest)) if command == "pyc" => pyc::run(rest),
        Some((command, rest)) if command == "cfg" => pyc::run_cfg(rest),
        Some((command, rest)) if command == "compile" => pyc::run_compile(rest),
        Some((command, rest)) if command == "symtable" => pyc::run_symtable(rest),
        _ => Err(
            "commands: ast-dump, bench, bless, diff-code, pyc, cfg, compile, symtable".to_owned(),
        ),
    }
}
