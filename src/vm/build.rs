//! Chooses how the loop goes from one instruction to the next (see `interp/threaded.rs`).

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-check-cfg=cfg(threaded)");
    let is = |variable: &str, values: &[&str]| {
        std::env::var(variable).is_ok_and(|value| values.contains(&value.as_str()))
    };
    // Calls in tail position are jumps only where LLVM optimises, and on machines that pass six words in registers.
    if is("OPT_LEVEL", &["2", "3"]) && is("CARGO_CFG_TARGET_ARCH", &["x86_64", "aarch64"]) {
        println!("cargo::rustc-cfg=threaded");
    }
}
