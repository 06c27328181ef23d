//! Developer commands.

mod ast_dump;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.split_first() {
        Some((command, rest)) if command == "ast-dump" => ast_dump::run(rest),
        _ => Err("commands: ast-dump".to_owned()),
    }
}
