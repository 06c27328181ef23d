//! `dev ast-dump`: the AST of a file as text, or of many files.

use compiler::CompileError;
use compiler::ast_dump::dump;
use compiler::decode::{Source, decode_source};
use compiler::parse::{ParseMode, ParseOptions, parse};
use std::path::Path;
use std::time::Instant;

/// `ast-dump FILE`, `ast-dump --batch LIST OUTDIR` (one file name per line; results are `OUTDIR/0`, `OUTDIR/1`, ...) or
/// `ast-dump --time LIST`.
pub fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [flag, list, out] if flag == "--batch" => {
            for (index, name) in lines(list)?.iter().enumerate() {
                let text = file_text(name)?;
                std::fs::write(Path::new(out).join(index.to_string()), text)
                    .map_err(|error| error.to_string())?;
            }
            Ok(())
        }
        [flag, list] if flag == "--time" => time(&lines(list)?),
        [name] => {
            print_text(&file_text(name)?);
            Ok(())
        }
        _ => Err("usage: ast-dump FILE | --batch LIST OUTDIR | --time LIST".to_owned()),
    }
}

#[expect(clippy::print_stdout, reason = "it is what the command is for")]
fn print_text(text: &str) {
    print!("{text}");
}

fn lines(list: &str) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(list).map_err(|error| format!("{list}: {error}"))?;
    Ok(text.lines().map(str::to_owned).collect())
}

/// The mode of a file comes with its name: `NAME`, or `eval:NAME`, `single:NAME`, `str:NAME` (text, not bytes).
fn file_text(name: &str) -> Result<String, String> {
    let prefix = name.split_once(':').map_or("", |(prefix, _)| prefix);
    let is_str = prefix == "str" || prefix.starts_with('v');
    let (mode, name) = match name.split_once(':') {
        Some(("eval", name)) => (ParseMode::Eval, name),
        Some(("single", name)) => (ParseMode::Single, name),
        Some(("str" | "tc" | "inc", name)) => (ParseMode::Exec, name),
        Some(("ft", name)) => (ParseMode::FuncType, name),
        Some(("sinc", name)) => (ParseMode::Single, name),
        Some((version, name)) if version.starts_with('v') || version == "barry" => {
            (ParseMode::Exec, name)
        }
        _ => (ParseMode::Exec, name),
    };
    let bytes = std::fs::read(name).map_err(|error| format!("{name}: {error}"))?;
    let options = ParseOptions {
        type_comments: prefix == "tc",
        barry_as_flufl: prefix == "barry",
        feature_version: prefix
            .strip_prefix('v')
            .and_then(|version| version.parse().ok())
            .unwrap_or(11),
        int_max_str_digits: compiler::parse::INT_MAX_STR_DIGITS,
        dont_imply_dedent: prefix == "inc" || prefix == "sinc",
        allow_incomplete_input: prefix == "inc" || prefix == "sinc",
        ..ParseOptions::default()
    };
    let source = match std::str::from_utf8(&bytes) {
        Ok(text) if is_str => Source::from_str(text, name),
        _ => decode_source(&bytes, name),
    };
    let parsed = source.and_then(|source| parse(&source, mode, &options));
    Ok(match parsed {
        Ok(parsed) => {
            let mut text = dump(&parsed.module);
            for warning in parsed.warnings {
                text.push_str(&format!(
                    "{:?}Warning {} {}\n",
                    warning.kind, warning.lineno, warning.msg
                ));
            }
            text
        }
        Err(error) => error_text(&error),
    })
}

fn error_text(error: &CompileError) -> String {
    let show = |value: Option<i32>| value.map_or("None".to_owned(), |value| value.to_string());
    format!(
        "{:?} {} {} {} {} {}\n{}\n",
        error.kind,
        show(error.lineno),
        show(error.offset),
        show(error.end_lineno),
        show(error.end_offset),
        error.msg,
        error
            .text
            .as_ref()
            .map_or("None".to_owned(), |text| format!("{:?}", text.as_bytes()))
    )
}

fn time(names: &[String]) -> Result<(), String> {
    let mut files = Vec::new();
    for name in names {
        files.push(std::fs::read(name).map_err(|error| format!("{name}: {error}"))?);
    }
    let size: usize = files.iter().map(Vec::len).sum();
    let start = Instant::now();
    let mut errors = 0;
    for bytes in &files {
        let parsed = decode_source(bytes, "f")
            .and_then(|source| parse(&source, ParseMode::Exec, &ParseOptions::default()));
        errors += usize::from(parsed.is_err());
    }
    let seconds = start.elapsed().as_secs_f64();
    print_text(&format!(
        "{} files, {size} bytes, {errors} errors, {seconds:.3} s\n",
        files.len()
    ));
    Ok(())
}
