//! Command lines and what CPython makes of them.

use super::{Config, Program};

fn parse(words: &[&str]) -> Result<Config, super::Exit> {
    let args: Vec<Vec<u8>> = words.iter().map(|word| word.as_bytes().to_vec()).collect();
    Config::from_command_line(&args, Vec::new())
}

#[test]
fn options_may_be_joined() {
    let config = parse(&["python", "-bBOOc", "pass", "-x", "y"]).expect("a valid command line");
    assert_eq!(config.program, Program::Command(b"pass\n".to_vec()));
    assert_eq!(config.argv, [b"-c".to_vec(), b"-x".to_vec(), b"y".to_vec()]);
    assert!(!config.write_bytecode && config.optimization_level == 2 && config.bytes_warning == 1);
    assert_eq!(config.warnoptions, [b"default::BytesWarning".to_vec()]);
}

#[test]
fn wrong_options_are_refused() {
    let refused = |words: &[&str]| {
        String::from_utf8(parse(words).expect_err("refused").stderr).expect("text")
    };
    let usage = "usage: python [option] ... [-c cmd | -m mod | file | -] [arg] ...\nTry `python -h' for more information.\n";
    assert_eq!(
        refused(&["python", "-Z"]),
        format!("Unknown option: -Z\n{usage}")
    );
    assert_eq!(
        refused(&["python", "-c"]),
        format!("Argument expected for the -c option\n{usage}")
    );
    assert_eq!(
        refused(&["python", "--foo"]),
        format!("unknown option --foo\n{usage}")
    );
}

#[test]
fn environment_counts_unless_ignored() {
    let environ = vec![
        (b"PYTHONOPTIMIZE".to_vec(), b"x".to_vec()),
        (b"PYTHONHASHSEED".to_vec(), b"7".to_vec()),
    ];
    let args = |option: &str| {
        vec![
            b"python".to_vec(),
            option.as_bytes().to_vec(),
            b"f.py".to_vec(),
        ]
    };
    let config =
        Config::from_command_line(&args("-q"), environ.clone()).expect("a valid command line");
    assert_eq!((config.optimization_level, config.hash_seed), (1, 7));
    assert_eq!(config.argv, [b"f.py".to_vec()]);
    let config = Config::from_command_line(&args("-I"), environ).expect("a valid command line");
    assert_eq!(
        (
            config.optimization_level,
            config.use_hash_seed,
            config.safe_path
        ),
        (0, false, true)
    );
}
