//! Developer commands.

mod ast_dump;
mod bench;
mod bless;
mod diff_code;
mod ffi;
mod pyc;
mod stages;

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
        Some((command, rest)) if command == "stages" => stages::run(rest),
        Some((command, rest)) if command == "symtable" => pyc::run_symtable(rest),
        _ => {
            let all = "ast-dump, bench, bless, diff-code, pyc, cfg, compile, stages, symtable";
            Err(format!("commands: {all}"))
        }
    }
}
