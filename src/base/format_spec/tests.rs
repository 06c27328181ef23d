//! Against results and messages recorded from CPython 3.11.

use super::*;
use crate::text::utf8;
use crate::with_units;
use num_bigint::BigInt;

fn show(result: Result<Text, FormatError>) -> String {
    let (head, text) = match result {
        Ok(text) => ("", text),
        Err(error) => {
            let head = match error.kind {
                FormatErrorKind::Value => "ValueError: ",
                FormatErrorKind::Overflow => "OverflowError: ",
                FormatErrorKind::Memory => "MemoryError",
            };
            (head, error.message)
        }
    };
    let mut bytes = head.as_bytes().to_vec();
    with_units!(text.as_ref(), |units| utf8::encode_generalized(
        units, &mut bytes
    ));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn strings() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str)] = &[
        ("", "<<<", "ValueError: Unknown format code '<' for object of type 'str'"), ("", "٥d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("", "5٥", "                                                       "), ("", "_n", "ValueError: Cannot specify '_' with 'n'."),
        ("", ",c", "ValueError: Cannot specify ',' with 'c'."), ("", "_x", "ValueError: Unknown format code 'x' for object of type 'str'"),
        ("", "Āā", "ValueError: Invalid format specifier 'Āā' for object of type 'str'"), ("", "05", "00000"), ("", "<0", ""), ("", "^010", "0000000000"),
        ("", " 17_.1", "ValueError: Cannot specify '_' with 's'."), ("", " 17s", "ValueError: Space not allowed in string format specifier"),
        ("", "#17s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("", "#23,s", "ValueError: Cannot specify ',' with 's'."),
        ("", "*=17_s", "ValueError: Cannot specify '_' with 's'."), ("", "*> 8_", "ValueError: Cannot specify '_' with 's'."), ("", "*^12.10s", "************"),
        ("", "+1", "ValueError: Sign not allowed in string format specifier"), ("", "+z012s", "ValueError: Sign not allowed in string format specifier"),
        ("", ",.3d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("", "-#8s", "ValueError: Sign not allowed in string format specifier"),
        ("", ".10s", ""), ("", ".1s", ""), ("", "023_", "ValueError: Cannot specify '_' with 's'."), ("", "0<0,s", "ValueError: Cannot specify ',' with 's'."),
        ("", "0=#1s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("", "0^ .0", "ValueError: Space not allowed in string format specifier"),
        ("", "0^+z#0d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("", "0_", "ValueError: Cannot specify '_' with 's'."), ("", "1.1s", " "),
        ("", "23_.3", "ValueError: Cannot specify '_' with 's'."), ("", "3,d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("", "<0.0s", ""),
        ("", "=", "ValueError: '=' alignment not allowed in string format specifier"), ("", "= #d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("", ">#3s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("", "^1.0s", " "), ("", "^3.1s", "   "),
        ("", "_s", "ValueError: Cannot specify '_' with 's'."), ("", "z#.0s", "ValueError: Negative zero coercion (z) not allowed in string format specifier"),
        ("", "z#17d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("", "z.1s", "ValueError: Negative zero coercion (z) not allowed in string format specifier"), ("", "z0,", "ValueError: Cannot specify ',' with 's'."),
        ("", "z1.10d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("", "z1.3s", "ValueError: Negative zero coercion (z) not allowed in string format specifier"), ("", "€<+8_", "ValueError: Cannot specify '_' with 's'."),
        ("", "€=-0d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("", "€> ", "ValueError: Space not allowed in string format specifier"),
        ("", "€>+#12d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("", "€>-s", "ValueError: Sign not allowed in string format specifier"),
        ("", "€^,s", "ValueError: Cannot specify ',' with 's'."), ("", "😀=0,.3s", "ValueError: Cannot specify ',' with 's'."), ("", "😀>0", ""),
        ("", "😀^08,.3s", "ValueError: Cannot specify ',' with 's'."), ("abc", "x.", "ValueError: Invalid format specifier 'x.' for object of type 'str'"),
        ("abc", ".", "ValueError: Format specifier missing precision"), ("abc", "_,", "ValueError: Cannot specify both ',' and '_'."),
        ("abc", "dd", "ValueError: Invalid format specifier 'dd' for object of type 'str'"),
        ("abc", "", "ValueError: Unknown format code '\\x1' for object of type 'str'"),
        ("abc", "{}", "ValueError: Invalid format specifier '{}' for object of type 'str'"),
        ("abc", "٥d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("abc", "5٥", "abc                                                    "),
        ("abc", ",x", "ValueError: Cannot specify ',' with 'x'."), ("abc", "Āā", "ValueError: Invalid format specifier 'Āā' for object of type 'str'"),
        ("abc", ",€", "ValueError: Cannot specify ',' with '\\x20ac'."), ("abc", "^010", "000abc0000"), ("abc", " ,.10s", "ValueError: Cannot specify ',' with 's'."),
        ("abc", " ,s", "ValueError: Cannot specify ',' with 's'."), ("abc", " 08d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("abc", " z0,.10d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("abc", "#12,.1s", "ValueError: Cannot specify ',' with 's'."),
        ("abc", "#17s", "ValueError: Alternate form (#) not allowed in string format specifier"),
        ("abc", "#1d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("abc", "*<1,s", "ValueError: Cannot specify ',' with 's'."),
        ("abc", "+#.3s", "ValueError: Sign not allowed in string format specifier"), ("abc", "-#.3s", "ValueError: Sign not allowed in string format specifier"),
        ("abc", "-#8s", "ValueError: Sign not allowed in string format specifier"), ("abc", "-.1d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("abc", "-012,s", "ValueError: Cannot specify ',' with 's'."), ("abc", "-023_.3", "ValueError: Cannot specify '_' with 's'."),
        ("abc", "-s", "ValueError: Sign not allowed in string format specifier"), ("abc", ".0s", ""), ("abc", ".10s", "abc"), ("abc", "01", "abc"),
        ("abc", "017s", "abc00000000000000"), ("abc", "0< #17,.0d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("abc", "0<0,s", "ValueError: Cannot specify ',' with 's'."), ("abc", "0<08,.0d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("abc", "0=-0,s", "ValueError: Cannot specify ',' with 's'."), ("abc", "0^01s", "abc"), ("abc", "0^0s", "abc"), ("abc", "17s", "abc              "),
        ("abc", "23.10s", "abc                    "), ("abc", "23d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("abc", "23s", "abc                    "), ("abc", "3,.10", "ValueError: Cannot specify ',' with 's'."),
        ("abc", "3.10d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("abc", "<0.0s", ""),
        ("abc", "=0s", "ValueError: '=' alignment not allowed in string format specifier"), ("abc", ">.1s", "a"),
        ("abc", "^ 01s", "ValueError: Space not allowed in string format specifier"), ("abc", "^_s", "ValueError: Cannot specify '_' with 's'."),
        ("abc", "€=23s", "ValueError: '=' alignment not allowed in string format specifier"), ("abc", "€> ", "ValueError: Space not allowed in string format specifier"),
        ("abc", "€^#_.10s", "ValueError: Cannot specify '_' with 's'."), ("abc", "€^.1s", "a"),
        ("abc", "😀<_d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("abc", "😀>-017s", "ValueError: Sign not allowed in string format specifier"),
        ("abc", "😀^.10", "abc"), ("hé€", ".", "ValueError: Format specifier missing precision"), ("hé€", "5_,d", "ValueError: Cannot specify both ',' and '_'."),
        ("hé€", "10dx", "ValueError: Invalid format specifier '10dx' for object of type 'str'"),
        ("hé€", ".99999999999999999999f", "ValueError: Too many decimal digits in format string"), ("hé€", "s", "hé€"),
        ("hé€", "_n", "ValueError: Cannot specify '_' with 'n'."), ("hé€", ",s", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "Āā", "ValueError: Invalid format specifier 'Āā' for object of type 'str'"),
        ("hé€", ".5 ", "ValueError: Unknown format code '\\x20' for object of type 'str'"), ("hé€", "05", "hé€00"), ("hé€", "<0", "hé€"),
        ("hé€", " ", "ValueError: Space not allowed in string format specifier"), ("hé€", " 023.10", "ValueError: Space not allowed in string format specifier"),
        ("hé€", " 08d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("hé€", " z0,.10d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("hé€", " zs", "ValueError: Space not allowed in string format specifier"),
        ("hé€", "#0s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("hé€", "#12,.1s", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "#17s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("hé€", "#23,s", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "*<-1s", "ValueError: Sign not allowed in string format specifier"), ("hé€", "*<1,s", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", ",d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("hé€", "-#8s", "ValueError: Sign not allowed in string format specifier"),
        ("hé€", ".10s", "hé€"), ("hé€", ".3d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("hé€", "01", "hé€"),
        ("hé€", "012_", "ValueError: Cannot specify '_' with 's'."), ("hé€", "017s", "hé€00000000000000"), ("hé€", "0<_.3", "ValueError: Cannot specify '_' with 's'."),
        ("hé€", "0=#1s", "ValueError: Alternate form (#) not allowed in string format specifier"),
        ("hé€", "0=-.1s", "ValueError: Sign not allowed in string format specifier"), ("hé€", "0=-0,s", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "0=-017,", "ValueError: Cannot specify ',' with 's'."), ("hé€", "0> 23,", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "0^+s", "ValueError: Sign not allowed in string format specifier"), ("hé€", "0^+z#0d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("hé€", "0^01s", "hé€"), ("hé€", "0_d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("hé€", "17,", "ValueError: Cannot specify ',' with 's'."), ("hé€", "17d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("hé€", "23.10s", "hé€                    "), ("hé€", "23d", "ValueError: Unknown format code 'd' for object of type 'str'"),
        ("hé€", "23s", "hé€                    "), ("hé€", "3,.10", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "3d", "ValueError: Unknown format code 'd' for object of type 'str'"), ("hé€", "<z,.1", "ValueError: Cannot specify ',' with 's'."),
        ("hé€", "=", "ValueError: '=' alignment not allowed in string format specifier"),
        ("hé€", ">#3s", "ValueError: Alternate form (#) not allowed in string format specifier"), ("hé€", ">s", "hé€"),
        ("hé€", "^ 01s", "ValueError: Space not allowed in string format specifier"), ("hé€", "^3.1s", " h "), ("hé€", "^3s", "hé€"),
        ("hé€", "^_s", "ValueError: Cannot specify '_' with 's'."), ("hé€", "z#.0s", "ValueError: Negative zero coercion (z) not allowed in string format specifier"),
        ("hé€", "z1.3s", "ValueError: Negative zero coercion (z) not allowed in string format specifier"), ("hé€", "€<+8_", "ValueError: Cannot specify '_' with 's'."),
        ("hé€", "€> ", "ValueError: Space not allowed in string format specifier"), ("hé€", "😀<0s", "hé€"), ("hé€", "😀>0", "hé€"), ("hé€", "😀^s", "hé€"),
    ];
    for (value, spec, expected) in cases {
        let spec_text = Text::from(*spec);
        let spec_ref = spec_text.as_ref();
        let text = Text::from(*value);
        let got = format_str(text.as_ref(), spec_ref, "str");
        assert_eq!(show(got), *expected, "format({value:?}, {spec:?})");
    }
}

#[test]
fn integers() {
    #[rustfmt::skip]
    let cases: &[(&str, &str, &str)] = &[
        ("0", ".", "ValueError: Format specifier missing precision"), ("0", "<<<", "ValueError: Unknown format code '<' for object of type 'int'"), ("0", "05", "00000"),
        ("0", "=05", "00000"), ("0", "<0", "0"), ("0", " _.0c", "ValueError: Cannot specify '_' with 'c'."),
        ("0", "#.3d", "ValueError: Precision not allowed in integer format specifier"), ("0", "#23", "                      0"),
        ("0", "#3s", "ValueError: Unknown format code 's' for object of type 'int'"), ("0", "*^#_", "0"), ("0", "+", "+0"), ("0", "+1", "+0"), ("0", "0,%", "0.000000%"),
        ("0", "023_.10o", "ValueError: Precision not allowed in integer format specifier"), ("0", "0<%", "0.000000%"),
        ("0", "0<8,.0n", "ValueError: Cannot specify ',' with 'n'."), ("0", "0=+#12.1", "ValueError: Precision not allowed in integer format specifier"),
        ("0", "0^z17d", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"),
        ("0", "12.0b", "ValueError: Precision not allowed in integer format specifier"), ("0", "8_o", "       0"), ("0", "^,", "0"), ("0", "^-8", "   0    "),
        ("0", "€<+z#3.3b", "ValueError: Precision not allowed in integer format specifier"), ("0", "€^12_o", "€€€€€0€€€€€€"), ("0", "😀=-#_X", "0X0"),
        ("0", "😀=z12.3s", "ValueError: Unknown format code 's' for object of type 'int'"), ("0", "😀^z1_.10s", "ValueError: Cannot specify '_' with 's'."),
        ("7", "5,_d", "ValueError: Cannot specify both ',' and '_'."), ("7", "5٥", "                                                      7"), ("7", "=05", "00007"),
        ("7", " #0.1e", " 7.0e+00"), ("7", "*=-g", "7"), ("7", "*=X", "7"), ("7", "*>0.3g", "7"), ("7", "+n", "+7"),
        ("7", "-.10", "ValueError: Precision not allowed in integer format specifier"), ("7", "-017.10", "ValueError: Precision not allowed in integer format specifier"),
        ("7", ".0x", "ValueError: Precision not allowed in integer format specifier"), ("7", "0,", "7"), ("7", "01", "7"), ("7", "03,f", "7.000000"),
        ("7", "17.10d", "ValueError: Precision not allowed in integer format specifier"), ("7", "€>0_X", "7"), ("7", "😀=-#_X", "0X7"),
        ("-7", "10dx", "ValueError: Invalid format specifier '10dx' for object of type 'int'"), ("-7", " ", "-7"),
        ("-7", " ,X", "ValueError: Cannot specify ',' with 'X'."), ("-7", "#8.3s", "ValueError: Unknown format code 's' for object of type 'int'"),
        ("-7", "#8_s", "ValueError: Cannot specify '_' with 's'."), ("-7", "*<0d", "-7"), ("-7", ",b", "ValueError: Cannot specify ',' with 'b'."),
        ("-7", "-017_%", "-0_000_700.000000%"), ("-7", "-z08_.1f", "-0_007.0"), ("-7", ".3c", "ValueError: Precision not allowed in integer format specifier"),
        ("-7", "01", "-7"), ("-7", "0>0f", "-7.000000"), ("-7", "17f", "        -7.000000"),
        ("-7", "23s", "ValueError: Unknown format code 's' for object of type 'int'"), ("-7", "3,.3x", "ValueError: Cannot specify ',' with 'x'."),
        ("-7", "3.1c", "ValueError: Precision not allowed in integer format specifier"), ("-7", "^+8", "   -7   "), ("-7", "b", "-111"),
        ("-7", "z1.10o", "ValueError: Precision not allowed in integer format specifier"), ("-7", "€=23,X", "ValueError: Cannot specify ',' with 'X'."),
        ("-7", "😀<+,e", "-7.000000e+00"), ("255", "dd", "ValueError: Invalid format specifier 'dd' for object of type 'int'"), ("255", "<05", "25500"),
        ("255", "#_x", "0xff"), ("255", "*=f", "255.000000"), ("255", "+03", "+255"), ("255", ",.1x", "ValueError: Cannot specify ',' with 'x'."),
        ("255", "-017.10", "ValueError: Precision not allowed in integer format specifier"),
        ("255", "023.10x", "ValueError: Precision not allowed in integer format specifier"), ("255", "0=,o", "ValueError: Cannot specify ',' with 'o'."),
        ("255", "0^+#8", "00+25500"), ("255", "0d", "255"), ("255", "12.0b", "ValueError: Precision not allowed in integer format specifier"),
        ("255", "17f", "       255.000000"), ("255", "1_", "255"), ("255", "=1", "255"), ("255", "=23", "                    255"), ("255", "f", "255.000000"),
        ("255", "n", "255"), ("255", "€<+z#3.3b", "ValueError: Precision not allowed in integer format specifier"),
        ("255", "€=23,X", "ValueError: Cannot specify ',' with 'X'."), ("255", "😀>12", "😀😀😀😀😀😀😀😀😀255"),
        ("-1234567", "x.", "ValueError: Invalid format specifier 'x.' for object of type 'int'"), ("-1234567", "_,", "ValueError: Cannot specify both ',' and '_'."),
        ("-1234567", "_c", "ValueError: Cannot specify '_' with 'c'."), ("-1234567", "00", "-1234567"), ("-1234567", " #017,", "-0,000,001,234,567"),
        ("-1234567", " %", "-123456700.000000%"), ("-1234567", "#3_X", "-0X12_D687"), ("-1234567", "*<0d", "-1234567"), ("-1234567", "*<17_.3e", "-1.235e+06*******"),
        ("-1234567", "*<23,X", "ValueError: Cannot specify ',' with 'X'."), ("-1234567", "*=#017,c", "ValueError: Cannot specify ',' with 'c'."),
        ("-1234567", "*=+#23", "-***************1234567"), ("-1234567", "+08o", "-4553207"), ("-1234567", "-z08_.1f", "-1_234_567.0"),
        ("-1234567", "012", "-00001234567"), ("-1234567", "012,c", "ValueError: Cannot specify ',' with 'c'."), ("-1234567", "017", "-0000000001234567"),
        ("-1234567", "0=+#12.1", "ValueError: Precision not allowed in integer format specifier"), ("-1234567", "0=,n", "ValueError: Cannot specify ',' with 'n'."),
        ("-1234567", "0=-#0g", "-1.23457e+06"), ("-1234567", "0>17e", "0000-1.234567e+06"), ("-1234567", "0^+#8", "-1234567"),
        ("-1234567", "12.3", "ValueError: Precision not allowed in integer format specifier"),
        ("-1234567", "23.3s", "ValueError: Unknown format code 's' for object of type 'int'"), ("-1234567", "8", "-1234567"), ("-1234567", "<-3f", "-1234567.000000"),
        ("-1234567", "^ #", "-1234567"), ("-1234567", "z01X", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"),
        ("-1234567", "z1.10o", "ValueError: Precision not allowed in integer format specifier"),
        ("-1234567", "€= z17c", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"), ("-1234567", "😀<_x", "-12_d687"),
        ("-1234567", "😀>12", "😀😀😀😀-1234567"), ("100000000000000000000", "٥d", "100000000000000000000"),
        ("100000000000000000000", "5٥", "                                  100000000000000000000"), ("100000000000000000000", "<05", "100000000000000000000"),
        ("100000000000000000000", "*<17_.3e", "1.000e+20********"), ("100000000000000000000", "*=#017,c", "ValueError: Cannot specify ',' with 'c'."),
        ("100000000000000000000", "*=f", "100000000000000000000.000000"), ("100000000000000000000", "+", "+100000000000000000000"),
        ("100000000000000000000", "+1", "+100000000000000000000"), ("100000000000000000000", "-#.0b", "ValueError: Precision not allowed in integer format specifier"),
        ("100000000000000000000", ".1b", "ValueError: Precision not allowed in integer format specifier"),
        ("100000000000000000000", "03,f", "100,000,000,000,000,000,000.000000"),
        ("100000000000000000000", "17.10d", "ValueError: Precision not allowed in integer format specifier"), ("100000000000000000000", ">17,g", "            1e+20"),
        ("100000000000000000000", "z01X", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"),
        ("100000000000000000000", "€<#", "100000000000000000000"), ("100000000000000000000", "😀<+,e", "+1.000000e+20"),
        ("100000000000000000000", "😀<017b", "1010110101111000111010111100010110101100011000100000000000000000000"),
        ("100000000000000000000", "😀=-#_X", "0X5_6BC7_5E2D_6310_0000"), ("100000000000000000000", "😀>s", "ValueError: Unknown format code 's' for object of type 'int'"),
        ("100000000000000000000", "😀^+,", "+100,000,000,000,000,000,000"),
        ("-10000000000000000000000000", "s", "ValueError: Unknown format code 's' for object of type 'int'"),
        ("-10000000000000000000000000", "#3s", "ValueError: Unknown format code 's' for object of type 'int'"),
        ("-10000000000000000000000000", "#d", "-10000000000000000000000000"), ("-10000000000000000000000000", "*<x", "-84595161401484a000000"),
        ("-10000000000000000000000000", "*=-g", "-1e+25"), ("-10000000000000000000000000", "*^#_", "-10_000_000_000_000_000_000_000_000"),
        ("-10000000000000000000000000", ",.1x", "ValueError: Cannot specify ',' with 'x'."),
        ("-10000000000000000000000000", "-#.0b", "ValueError: Precision not allowed in integer format specifier"),
        ("-10000000000000000000000000", "-017_%", "-1_000_000_000_000_000_150_726_508_544.000000%"), ("-10000000000000000000000000", "-x", "-84595161401484a000000"),
        ("-10000000000000000000000000", "012,c", "ValueError: Cannot specify ',' with 'c'."), ("-10000000000000000000000000", "0^#1o", "-0o4105452130240024411200000000"),
        ("-10000000000000000000000000", "23f", "-10000000000000000905969664.000000"), ("-10000000000000000000000000", "3", "-10000000000000000000000000"),
        ("-10000000000000000000000000", "8.3", "ValueError: Precision not allowed in integer format specifier"),
        ("-10000000000000000000000000", "<+_", "-10_000_000_000_000_000_000_000_000"),
        ("-10000000000000000000000000", "= 23.0X", "ValueError: Precision not allowed in integer format specifier"),
        ("-10000000000000000000000000", ">3_n", "ValueError: Cannot specify '_' with 'n'."), ("-10000000000000000000000000", "^12", "-10000000000000000000000000"),
        ("-10000000000000000000000000", "^z_d", "ValueError: Negative zero coercion (z) not allowed in integer format specifier"),
        ("-10000000000000000000000000", "😀<.0", "ValueError: Precision not allowed in integer format specifier"),
        ("-10000000000000000000000000", "😀=-#_X", "-0X8_4595_1614_0148_4A00_0000"),
    ];
    for (value, spec, expected) in cases {
        let spec_text = Text::from(*spec);
        let spec_ref = spec_text.as_ref();
        let big: BigInt = value.parse().unwrap();
        let got = format_int(IntValue::Big(&big), spec_ref, "int", Locale::C, 4300);
        if let Ok(small) = value.parse::<i64>() {
            let small = format_int(IntValue::Small(small), spec_ref, "int", Locale::C, 4300);
            assert_eq!(small, got);
        }
        assert_eq!(show(got), *expected, "format({value:?}, {spec:?})");
    }
}

#[test]
fn floats() {
    #[rustfmt::skip]
    let cases: &[(f64, &str, &str)] = &[
        (0.0, "^010", "0000.00000"), (0.0, " 0.10", " 0.0"), (0.0, "+", "+0.0"), (0.0, "-0g", "0"), (0.0, ".3F", "0.000"), (0.0, "0,", "0.0"),
        (0.0, "023_.3d", "ValueError: Unknown format code 'd' for object of type 'float'"),
        (0.0, "023d", "ValueError: Unknown format code 'd' for object of type 'float'"), (0.0, "17_%", "        0.000000%"), (0.0, "8F", "0.000000"),
        (0.0, "= .0E", " 0E+00"), (-0.0, " ", "-0.0"), (-0.0, " 3E", "-0.000000E+00"), (-0.0, "+#.0E", "-0.E+00"), (-0.0, ".3F", "-0.000"),
        (-0.0, "17_%", "       -0.000000%"), (-0.0, "23_.3G", "                     -0"), (-0.0, "<08_.10", "-0.00000"), (-0.0, "=17G", "-               0"),
        (-0.0, "> ,g", "-0"), (-0.0, "z#03.10e", "0.0000000000e+00"), (-0.0, "z12n", "           0"), (-0.0, "€<", "-0.0"),
        (-0.0, "€<-,n", "ValueError: Cannot specify ',' with 'n'."), (-0.0, "€<-0f", "-0.000000"), (-0.0, "€=%", "-0.000000%"), (-0.0, "€^8,.10%", "-0.0000000000%"),
        (-0.0, "😀^17F", "😀😀😀😀-0.000000😀😀😀😀"), (1.5, ".2147483648f", "ValueError: precision too big"), (1.5, "^010", "0001.50000"), (1.5, " 3e", " 1.500000e+00"),
        (1.5, "0=0G", "1.5"), (1.5, "0d", "ValueError: Unknown format code 'd' for object of type 'float'"), (1.5, "17.1", "            2e+00"), (1.5, "=01_", "1.5"),
        (1.5, ">z8_.1g", "       2"), (1.5, "z.3g", "1.5"), (1.5, "z017", "000000000000001.5"),
        (1.5, "z08d", "ValueError: Unknown format code 'd' for object of type 'float'"), (1.5, "€<8e", "1.500000e+00"), (1.5, "€>+0,F", "+1.500000"), (1.5, "😀=,", "1.5"),
        (-1234567.891, "", "ValueError: Unknown format code '\\x1' for object of type 'float'"), (-1234567.891, ",€", "ValueError: Cannot specify ',' with '\\x20ac'."),
        (-1234567.891, ".5 ", "ValueError: Unknown format code '\\x20' for object of type 'float'"), (-1234567.891, "0", "-1234567.891"),
        (-1234567.891, " 3E", "-1.234568E+06"), (-1234567.891, " z0,.3", "-1.23e+06"), (-1234567.891, " z1_", "-1_234_567.891"),
        (-1234567.891, "#%", "-123456789.100000%"), (-1234567.891, "#1.3", "-1.23e+06"), (-1234567.891, "#3,F", "-1,234,567.891000"),
        (-1234567.891, "*<03.3f", "-1234567.891"), (-1234567.891, "-.10G", "-1234567.891"), (-1234567.891, "-z#1.3E", "-1.235E+06"), (-1234567.891, ".0G", "-1E+06"),
        (-1234567.891, "0>23_.10", "000000000-1_234_567.891"), (-1234567.891, "0^ 8", "-1234567.891"), (-1234567.891, "0^_f", "-1_234_567.891000"),
        (-1234567.891, "3_", "-1_234_567.891"), (-1234567.891, "3d", "ValueError: Unknown format code 'd' for object of type 'float'"),
        (-1234567.891, "d", "ValueError: Unknown format code 'd' for object of type 'float'"), (-1234567.891, "😀= 012,e", "-1.234568e+06"),
        (-1234567.891, "😀=,", "-1,234,567.891"), (1e+22, ",n", "ValueError: Cannot specify ',' with 'n'."), (1e+22, " #", " 1.e+22"), (1e+22, " #.1g", " 1.e+22"),
        (1e+22, "#,d", "ValueError: Unknown format code 'd' for object of type 'float'"),
        (1e+22, "#8d", "ValueError: Unknown format code 'd' for object of type 'float'"), (1e+22, "*<012,", "1e+22*******"), (1e+22, ",E", "1.000000E+22"),
        (1e+22, "-", "1e+22"), (1e+22, "-#12", "      1.e+22"), (1e+22, "-z", "1e+22"), (1e+22, "0,.3", "1e+22"), (1e+22, "0<#0n", "1.00000e+22"),
        (1e+22, "0d", "ValueError: Unknown format code 'd' for object of type 'float'"), (1e+22, "17,n", "ValueError: Cannot specify ',' with 'n'."),
        (1e+22, "<n", "1e+22"), (1e+22, ">z", "1e+22"), (1e+22, "z", "1e+22"), (1e+22, "z#8,G", "1.00000E+22"), (1e+22, "😀=3.3F", "10000000000000000000000.000"),
        (1e-07, "05", "1e-07"), (1e-07, " ", " 1e-07"), (1e-07, "#.1G", "1.E-07"), (1e-07, "#17_.1f", "              0.0"), (1e-07, "#8G", "1.00000E-07"),
        (1e-07, "%", "0.000010%"), (1e-07, "*^ z#17.10e", " 1.0000000000e-07"), (1e-07, "+#.1%", "+0.0%"), (1e-07, "-#,G", "1.00000E-07"), (1e-07, "-,", "1e-07"),
        (1e-07, "-0g", "1e-07"), (1e-07, "017_f", "00_000_000.000000"), (1e-07, "= 23_.10", "                  1e-07"), (1e-07, ">-", "1e-07"),
        (1e-07, ">12_", "       1e-07"), (1e-07, "^.10F", "0.0000001000"), (1e-07, "z#023,", "00,000,000,000,001.e-07"), (1e-07, "z17.0G", "            1E-07"),
        (1e-07, "😀>-", "1e-07"), (f64::INFINITY, "5_,d", "ValueError: Cannot specify both ',' and '_'."),
        (f64::INFINITY, "10dx", "ValueError: Invalid format specifier '10dx' for object of type 'float'"),
        (f64::INFINITY, "99999999999999999999", "ValueError: Too many decimal digits in format string"), (f64::INFINITY, "^010", "000inf0000"),
        (f64::INFINITY, " .1%", " inf%"), (f64::INFINITY, " 03.1n", " inf"), (f64::INFINITY, "#.1E", "INF"), (f64::INFINITY, "*<-n", "inf"),
        (f64::INFINITY, "+#8d", "ValueError: Unknown format code 'd' for object of type 'float'"), (f64::INFINITY, "-#", "inf"), (f64::INFINITY, ".0G", "INF"),
        (f64::INFINITY, ".0g", "inf"), (f64::INFINITY, ".1", "inf"), (f64::INFINITY, "0,.3", "inf"), (f64::INFINITY, "0<#E", "INF"), (f64::INFINITY, "0=-#E", "INF"),
        (f64::INFINITY, "=17G", "              INF"), (f64::INFINITY, "z", "inf"), (f64::INFINITY, "z#017_E", "00000000000000INF"), (f64::INFINITY, "z#8,G", "     INF"),
        (f64::NAN, ",x", "ValueError: Cannot specify ',' with 'x'."), (f64::NAN, " 8g", "     nan"), (f64::NAN, "#.1E", "NAN"), (f64::NAN, "#0,f", "nan"),
        (f64::NAN, "#08d", "ValueError: Unknown format code 'd' for object of type 'float'"), (f64::NAN, "#23.10%", "                   nan%"),
        (f64::NAN, "*=12n", "*********nan"), (f64::NAN, ",g", "nan"), (f64::NAN, "08n", "00000nan"), (f64::NAN, "0<#E", "NAN"), (f64::NAN, "12_G", "         NAN"),
        (f64::NAN, "1F", "NAN"), (f64::NAN, ">G", "NAN"), (f64::NAN, "z#03.10e", "nan"), (f64::NAN, "z.3g", "nan"), (f64::NAN, "€<0_E", "NAN"), (f64::NAN, "€=%", "nan%"),
        (f64::NAN, "€=12,F", "€€€€€€€€€NAN"), (f64::NAN, "😀^17F", "😀😀😀😀😀😀😀NAN😀😀😀😀😀😀😀"),
        (-0.004, ".99999999999999999999f", "ValueError: Too many decimal digits in format string"),
        (-0.004, "{}", "ValueError: Invalid format specifier '{}' for object of type 'float'"),
        (-0.004, "#,d", "ValueError: Unknown format code 'd' for object of type 'float'"), (-0.004, "#8%", "-0.400000%"),
        (-0.004, "#d", "ValueError: Unknown format code 'd' for object of type 'float'"), (-0.004, ",E", "-4.000000E-03"), (-0.004, ",g", "-0.004"),
        (-0.004, "017", "-000000000000.004"), (-0.004, ">n", "-0.004"), (-0.004, "z", "-0.004"), (-0.004, "z12n", "      -0.004"), (-0.004, "€<8e", "-4.000000e-03"),
        (-0.004, "€=z1f", "-0.004000"), (-0.004, "€^8,.10%", "-0.4000000000%"), (-0.004, "😀<17.1d", "ValueError: Unknown format code 'd' for object of type 'float'"),
        (999999.5, "<<<", "ValueError: Unknown format code '<' for object of type 'float'"), (999999.5, " 0.10", " 999999.5"), (999999.5, " 03.1n", " 1e+06"),
        (999999.5, " 8_e", " 9.999995e+05"), (999999.5, "+01.1%", "+99999950.0%"), (999999.5, "-z1f", "999999.500000"), (999999.5, "0>F", "999999.500000"),
        (999999.5, "0^z03_.1", "1e+06"), (999999.5, "= .0E", " 1E+06"), (999999.5, "_G", "1E+06"), (999999.5, "z#03.10e", "9.9999950000e+05"),
        (999999.5, "z017", "000000000999999.5"), (999999.5, "z08d", "ValueError: Unknown format code 'd' for object of type 'float'"),
        (999999.5, "😀= 012,e", " 9.999995e+05"), (999999.5, "😀^z#,e", "9.999995e+05"),
    ];
    for (value, spec, expected) in cases {
        let spec_text = Text::from(*spec);
        let spec_ref = spec_text.as_ref();
        let got = format_float(*value, spec_ref, "float", Locale::C);
        assert_eq!(show(got), *expected, "format({value:?}, {spec:?})");
    }
}

#[test]
fn complex_numbers() {
    #[rustfmt::skip]
    let cases: &[((f64, f64), &str, &str)] = &[
        ((0.0, 0.0), ".", "ValueError: Format specifier missing precision"), ((0.0, 0.0), "{}", "ValueError: Invalid format specifier '{}' for object of type 'complex'"),
        ((0.0, 0.0), "_c", "ValueError: Cannot specify '_' with 'c'."), ((0.0, 0.0), "0", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "#3,E", "0.000000E+00+0.000000E+00j"), ((0.0, 0.0), "#G", "0.00000+0.00000j"),
        ((0.0, 0.0), "+017e", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "+z01g", "ValueError: Zero padding is not allowed in complex format specifier"), ((0.0, 0.0), ",n", "ValueError: Cannot specify ',' with 'n'."),
        ((0.0, 0.0), "-", "0j"), ((0.0, 0.0), "-#0,.3", "ValueError: Zero padding is not allowed in complex format specifier"), ((0.0, 0.0), "-#8", "     0.j"),
        ((0.0, 0.0), "0,.1", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "0,e", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "01G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "023.3G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "0< 17,%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((0.0, 0.0), "0^g", "ValueError: Zero padding is not allowed in complex format specifier"), ((0.0, 0.0), "1.3E", "0.000E+00+0.000E+00j"),
        ((0.0, 0.0), "12_F", "0.000000+0.000000j"), ((0.0, 0.0), "17_%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((0.0, 0.0), ">,d", "ValueError: Unknown format code 'd' for object of type 'complex'"), ((0.0, 0.0), "^-8G", "  0+0j  "),
        ((0.0, 0.0), "^0.3", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "^_%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((0.0, 0.0), "z", "0j"),
        ((0.0, 0.0), "z017", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, 0.0), "z1_%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((0.0, 0.0), "€=", "ValueError: '=' alignment flag is not allowed in complex format specifier"), ((0.0, 0.0), "€>_g", "0+0j"),
        ((1.0, 2.0), "€", "ValueError: Unknown format code '\\x20ac' for object of type 'complex'"), ((1.0, 2.0), "z", "(1+2j)"),
        ((1.0, 2.0), "s", "ValueError: Unknown format code 's' for object of type 'complex'"),
        ((1.0, 2.0), " 08", "ValueError: Zero padding is not allowed in complex format specifier"), ((1.0, 2.0), "#3,E", "1.000000E+00+2.000000E+00j"),
        ((1.0, 2.0), "*<n", "1+2j"), ((1.0, 2.0), "*>1,.1", "(1+2j)"), ((1.0, 2.0), "+#17", "        (+1.+2.j)"),
        ((1.0, 2.0), "+0.1", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1.0, 2.0), "-03,.1%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((1.0, 2.0), ".3", "(1+2j)"),
        ((1.0, 2.0), "023.3G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1.0, 2.0), "08d", "ValueError: Unknown format code 'd' for object of type 'complex'"), ((1.0, 2.0), "0<+,n", "ValueError: Cannot specify ',' with 'n'."),
        ((1.0, 2.0), "0^+.0", "ValueError: Zero padding is not allowed in complex format specifier"), ((1.0, 2.0), "12E", "1.000000E+00+2.000000E+00j"),
        ((1.0, 2.0), "23,G", "                   1+2j"), ((1.0, 2.0), "< 0.3", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1.0, 2.0), "<0.3", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1.0, 2.0), "^0.3", "ValueError: Zero padding is not allowed in complex format specifier"), ((1.0, 2.0), "^17", "     (1+2j)      "), ((1.0, 2.0), "_G", "1+2j"),
        ((1.0, 2.0), "z#,", "(1.+2.j)"), ((1.0, 2.0), "z#_.3e", "1.000e+00+2.000e+00j"),
        ((1.0, 2.0), "z0,", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1.0, 2.0), "€=12.1g", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((1.0, 2.0), "€=23.3", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((1.0, 2.0), "😀<_.0%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((1.0, 2.0), "😀=12n", "ValueError: '=' alignment flag is not allowed in complex format specifier"), ((1.0, 2.0), "😀^12", "😀😀😀(1+2j)😀😀😀"),
        ((-0.0, -1.0), "5_,d", "ValueError: Cannot specify both ',' and '_'."), ((-0.0, -1.0), "٥d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((-0.0, -1.0), "=", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((-0.0, -1.0), "0", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((-0.0, -1.0), "=05", "ValueError: Zero padding is not allowed in complex format specifier"), ((-0.0, -1.0), "#g", "-0.00000-1.00000j"),
        ((-0.0, -1.0), "*=-z#0f", "ValueError: '=' alignment flag is not allowed in complex format specifier"), ((-0.0, -1.0), "*>1,.1", "(-0-1j)"),
        ((-0.0, -1.0), "*>z0%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((-0.0, -1.0), "+8,n", "ValueError: Cannot specify ',' with 'n'."),
        ((-0.0, -1.0), "01G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((-0.0, -1.0), "0<_d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((-0.0, -1.0), "0=17,%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((-0.0, -1.0), "1", "(-0-1j)"),
        ((-0.0, -1.0), "12E", "-0.000000E+00-1.000000E+00j"), ((-0.0, -1.0), "23", "                (-0-1j)"), ((-0.0, -1.0), "< .0F", "-0-1j"),
        ((-0.0, -1.0), "^", "(-0-1j)"), ((-0.0, -1.0), "^0.3", "ValueError: Zero padding is not allowed in complex format specifier"), ((-0.0, -1.0), "€^", "(-0-1j)"),
        ((-0.0, -1.0), "€^#017,", "€€€€(-0.-1.j)€€€€"), ((-0.0, -1.0), "€^#023F", "€€-0.000000-1.000000j€€"), ((-0.0, -1.0), "€^#8", "(-0.-1.j)"),
        ((-0.0, -1.0), "😀<12.1g", "-0-1j😀😀😀😀😀😀😀"), ((-0.0, -1.0), "😀^-23_", "😀😀😀😀😀😀😀😀(-0-1j)😀😀😀😀😀😀😀😀"),
        ((1234567.5, -0.001), "10.", "ValueError: Format specifier missing precision"), ((1234567.5, -0.001), ",s", "ValueError: Cannot specify ',' with 's'."),
        ((1234567.5, -0.001), "0", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "00", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "<05", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "^010", "ValueError: Zero padding is not allowed in complex format specifier"), ((1234567.5, -0.001), "*< f", " 1234567.500000-0.001000j"),
        ((1234567.5, -0.001), "*=#", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "*> z017", "( 1234567.5-0.001j)"), ((1234567.5, -0.001), "*>z0%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((1234567.5, -0.001), "*^_.1e", "1.2e+06-1.0e-03j"), ((1234567.5, -0.001), "+0.1", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "+17g", "+1.23457e+06-0.001j"), ((1234567.5, -0.001), ".10E", "1.2345675000E+06-1.0000000000E-03j"),
        ((1234567.5, -0.001), "017", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "0^#e", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((1234567.5, -0.001), "17_%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((1234567.5, -0.001), "1G", "1.23457E+06-0.001j"),
        ((1234567.5, -0.001), "< .0F", " 1234568-0j"), ((1234567.5, -0.001), ">23d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((1234567.5, -0.001), ">_%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((1234567.5, -0.001), "^-0.3n", "ValueError: Zero padding is not allowed in complex format specifier"), ((1234567.5, -0.001), "z", "(1234567.5-0.001j)"),
        ((1234567.5, -0.001), "z017", "ValueError: Zero padding is not allowed in complex format specifier"), ((1234567.5, -0.001), "€^", "(1234567.5-0.001j)"),
        ((1234567.5, -0.001), "€^#017,", "(1,234,567.5-0.001j)"), ((1234567.5, -0.001), "€^#8", "(1234567.5-0.001j)"),
        ((1234567.5, -0.001), "😀>.3F", "1234567.500-0.001j"), ((1234567.5, -0.001), "😀^-23_", "😀(1_234_567.5-0.001j)😀😀"),
        ((f64::NAN, f64::INFINITY), ".", "ValueError: Format specifier missing precision"),
        ((f64::NAN, f64::INFINITY), ".5 ", "ValueError: Unknown format code '\\x20' for object of type 'complex'"),
        ((f64::NAN, f64::INFINITY), "0", "ValueError: Zero padding is not allowed in complex format specifier"), ((f64::NAN, f64::INFINITY), "#17", "       (nan+infj)"),
        ((f64::NAN, f64::INFINITY), "#_%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((f64::NAN, f64::INFINITY), "*<12_f", "nan+infj****"),
        ((f64::NAN, f64::INFINITY), "*<8.10", "(nan+infj)"), ((f64::NAN, f64::INFINITY), "+12.10d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((f64::NAN, f64::INFINITY), "+17g", "        +nan+infj"), ((f64::NAN, f64::INFINITY), ".3", "(nan+infj)"),
        ((f64::NAN, f64::INFINITY), "023.3G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "0^+.0", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "0^g", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "0_F", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "1,.1d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((f64::NAN, f64::INFINITY), "23_", "             (nan+infj)"), ((f64::NAN, f64::INFINITY), "3_F", "NAN+INFj"),
        ((f64::NAN, f64::INFINITY), "< 0.3", "ValueError: Zero padding is not allowed in complex format specifier"), ((f64::NAN, f64::INFINITY), "F", "NAN+INFj"),
        ((f64::NAN, f64::INFINITY), "^23_.3f", "       nan+infj        "),
        ((f64::NAN, f64::INFINITY), "z0,", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "z1_%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((f64::NAN, f64::INFINITY), "€<#_.3E", "NAN+INFj"),
        ((f64::NAN, f64::INFINITY), "€=", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "😀<_.0%", "ValueError: Unknown format code '%' for object of type 'complex'"),
        ((f64::NAN, f64::INFINITY), "😀=-1g", "ValueError: '=' alignment flag is not allowed in complex format specifier"),
        ((f64::NAN, f64::INFINITY), "😀>03e", "nan+infj"), ((0.0, -0.0), "dd", "ValueError: Invalid format specifier 'dd' for object of type 'complex'"),
        ((0.0, -0.0), "0", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "%", "ValueError: Unknown format code '%' for object of type 'complex'"), ((0.0, -0.0), "*<-z23.10F", "0.0000000000+0.0000000000j"),
        ((0.0, -0.0), "*> z017", "************** 0j"), ((0.0, -0.0), "*>#0", "-0.j"), ((0.0, -0.0), "+#17", "             -0.j"),
        ((0.0, -0.0), "+0.1", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "+12.10d", "ValueError: Unknown format code 'd' for object of type 'complex'"), ((0.0, -0.0), "+17g", "            +0-0j"),
        ((0.0, -0.0), "+8.0g", "   +0-0j"), ((0.0, -0.0), "01,.1f", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "01e", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "023.3G", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "03,.1n", "ValueError: Cannot specify ',' with 'n'."), ((0.0, -0.0), "0^#e", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "0^_E", "ValueError: Zero padding is not allowed in complex format specifier"),
        ((0.0, -0.0), "=3_d", "ValueError: Unknown format code 'd' for object of type 'complex'"),
        ((0.0, -0.0), "=z_G", "ValueError: '=' alignment flag is not allowed in complex format specifier"), ((0.0, -0.0), "^ .3F", " 0.000-0.000j"),
        ((0.0, -0.0), "e", "0.000000e+00-0.000000e+00j"), ((0.0, -0.0), "z#_.3e", "0.000e+00+0.000e+00j"),
        ((0.0, -0.0), "€=23.3", "ValueError: '=' alignment flag is not allowed in complex format specifier"), ((0.0, -0.0), "€^.0F", "0-0j"),
    ];
    for (value, spec, expected) in cases {
        let spec_text = Text::from(*spec);
        let spec_ref = spec_text.as_ref();
        let got = format_complex(value.0, value.1, spec_ref, "complex", Locale::C);
        assert_eq!(show(got), *expected, "format({value:?}, {spec:?})");
    }
}

#[test]
fn locale_and_limits() {
    let locale = Locale {
        decimal_point: ",",
        thousands_sep: "\u{202f}",
        grouping: &[3, 2],
    };
    let spec = |text: &str| Text::from(text);
    let int = |value, text| {
        show(format_int(
            IntValue::Small(value),
            spec(text).as_ref(),
            "int",
            locale,
            4300,
        ))
    };
    assert_eq!(int(123456789, "n"), "12\u{202f}34\u{202f}56\u{202f}789");
    assert_eq!(int(-1234, "08n"), "-0\u{202f}01\u{202f}234");
    assert_eq!(
        show(format_float(1234.5, spec("n").as_ref(), "float", locale)),
        "1\u{202f}234,5"
    );
    let big = BigInt::from(10).pow(5000);
    let got = show(format_int(
        IntValue::Big(&big),
        spec("d").as_ref(),
        "int",
        Locale::C,
        4300,
    ));
    assert!(got.starts_with(
        "ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys."
    ));
    let got = show(format_int(
        IntValue::Big(&big),
        spec("f").as_ref(),
        "int",
        Locale::C,
        4300,
    ));
    assert_eq!(got, "OverflowError: int too large to convert to float");
    let got = format_str(
        TextRef::Latin1(b"x"),
        spec("9000000000000000000").as_ref(),
        "str",
    );
    assert_eq!(
        got.map_err(|error| error.kind),
        Err(FormatErrorKind::Memory)
    );
}
