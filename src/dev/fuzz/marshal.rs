//! Fuzz target: any bytes as a marshal stream. Reading ends in a value or an error; the verifier judges every code object without a panic, and
//! what can be written again is a fixed point.
//!
//! `src/dev/fuzz/run` builds and starts it.

#![no_main]

use bytecode::dis::{DisOptions, dis};
use bytecode::marshal::{dumps_code, dumps_constant, loads_code, loads_constant};
use bytecode::verify::Verifier;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, stream)) = data.split_first() else {
        return;
    };
    if let Ok(constant) = loads_constant(stream) {
        if let Ok(bytes) = dumps_constant(&constant, i32::from(choice & 7)) {
            let again = loads_constant(&bytes);
            assert!(again.is_ok(), "not read back: {again:?}");
        }
    }
    if let Ok(Some(code)) = loads_code(stream) {
        let is_sound = Verifier::new().verify_tree(&code).is_ok();
        if is_sound && choice & 8 != 0 {
            let _ = dis(&code, DisOptions::default());
        }
        if let Ok(bytes) = dumps_code(&code) {
            let again = loads_code(&bytes);
            assert!(matches!(again, Ok(Some(_))), "not read back: {again:?}");
        }
    }
});
