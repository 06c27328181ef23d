//! `stages FILE` shows what the compiler's stages make of a file; `stages --write` records the snapshots of `snapshot-tests/stages`: symbol
//! tables and disassemblies from CPython, control-flow graphs, which only pyrs shows, from pyrs.

use compiler::CompileOptions;
use compiler::dump::{Stages, stages};
use std::path::Path;
use testkit::{cases, oracle};

pub fn run(arguments: &[String]) -> Result<(), String> {
    match arguments {
        [option] if option == "--write" => write(),
        [file] => {
            let stages = stages_of(Path::new(file))?;
            let text = format!("{}\n{}\n{}", stages.symbols, stages.graphs, stages.code);
            std::io::Write::write_all(&mut std::io::stdout(), text.as_bytes())
                .map_err(|error| error.to_string())
        }
        _ => Err("usage: stages FILE | stages --write".to_owned()),
    }
}

fn stages_of(file: &Path) -> Result<Stages, String> {
    let source = std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    stages(&source, &CompileOptions::named(&name)).map_err(|error| error.msg.to_string())
}

fn write() -> Result<(), String> {
    let python = oracle::find().ok_or("no CPython 3.11 found: set PYRS_ORACLE")?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../snapshot-tests/stages");
    for file in cases::all(&folder) {
        let (symbols, code) = testkit::stages::recorded(&python, &file)?;
        let graphs = stages_of(&file)?.graphs;
        for (stage, text) in [("symbols", symbols), ("graphs", graphs), ("code", code)] {
            let path = file.with_extension(format!("{stage}.snap"));
            let text = cases::snapshot_of("stages.rs", stage, &text);
            std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(())
}
