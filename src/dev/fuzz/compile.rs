//! Fuzz target: any bytes as a source. Nothing may panic or overflow the stack, and what compiles passes the verifier and survives marshal.
//!
//! The first two bytes choose mode, flags and optimisation; the rest is the source. `src/dev/fuzz/run` builds and starts it.

#![no_main]

use bytecode::verify::Verifier;
use compiler::parse::ParseMode;
use compiler::{CompileOptions, compile};
use libfuzzer_sys::fuzz_target;

fn options(choice: u8, flags: u8) -> CompileOptions {
    let mode = match choice & 7 {
        0 => ParseMode::Eval,
        1 => ParseMode::Single,
        2 => ParseMode::FuncType,
        _ => ParseMode::Exec,
    };
    let bit = |mask: u8, value: u32| if flags & mask != 0 { value } else { 0 };
    CompileOptions {
        mode,
        optimize: (choice >> 3 & 3).min(2),
        no_debug_ranges: choice & 0x20 != 0,
        feature_version: if choice & 0x40 != 0 { 6 } else { 11 },
        flags: bit(1, compiler::PYCF_TYPE_COMMENTS)
            | bit(2, compiler::PYCF_ALLOW_TOP_LEVEL_AWAIT)
            | bit(
                4,
                compiler::PYCF_ALLOW_INCOMPLETE_INPUT | compiler::PYCF_DONT_IMPLY_DEDENT,
            )
            | bit(8, compiler::PYCF_IGNORE_COOKIE)
            | bit(16, bytecode::CodeFlags::FUTURE_ANNOTATIONS)
            | bit(32, bytecode::CodeFlags::FUTURE_BARRY_AS_BDFL),
        ..CompileOptions::named("<fuzz>")
    }
}

fuzz_target!(|data: &[u8]| {
    let [choice, flags, source @ ..] = data else {
        return;
    };
    let options = options(*choice, *flags);
    if flags & 0x40 != 0 {
        // The tree, as `ast.parse` and `ast.dump` see it, and the tables of `symtable`.
        let _ = compiler::symtable_for(source, &options);
        if let Ok(source) = compiler::decode(source, false, &options) {
            let mut warnings = Vec::new();
            if let Ok(tree) = compiler::Tree::parse(&source, &options, &mut warnings) {
                assert!(compiler::validate_ast(tree.module(), &options).is_ok());
                compiler::ast_dump::dump(tree.module());
            }
            for (index, warning) in warnings.iter().enumerate() {
                compiler::warning_as_error(&source, &options, index, warning);
            }
        }
    }
    let Ok(compiled) = compile(source, &options) else {
        return;
    };
    let checked = Verifier::new().verify_tree(&compiled.code);
    assert!(checked.is_ok(), "the verifier refuses: {checked:?}");
    let Ok(bytes) = bytecode::marshal::dumps_code(&compiled.code) else {
        return;
    };
    let read = bytecode::marshal::loads_code(&bytes);
    let Ok(Some(code)) = read else {
        panic!("not read back: {read:?}");
    };
    assert_eq!(bytecode::marshal::dumps_code(&code).ok(), Some(bytes));
});
