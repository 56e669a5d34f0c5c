//! Puts a secret together from the shares of Shamir's scheme that several owners provide.
//!
//!     shamir-secret-sharing [INPUT RESULT]
//!
//! Every file of the directory INPUT (/input) whose name is `shamir-*.dat` is one share: the share's number x, then a
//! byte of the share for each byte of the secret, all in GF(2^8) with the polynomial of AES. RESULT
//! (/output/shamir.dat) is the secret. Too few shares give noise, as the scheme wants it: nothing here can tell.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

const BAD_INPUT: u8 = 1;
const NO_FILE: u8 = 2;

type Failure = (u8, String);

/// Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1 (FIPS 197, section 4.2).
fn multiply(mut left: u8, mut right: u8) -> u8 {
    let mut product = 0;
    while right != 0 {
        if right & 1 != 0 {
            product ^= left;
        }
        left = (left << 1) ^ if left & 0x80 != 0 { 0x1b } else { 0 };
        right >>= 1;
    }
    product
}

/// The inverse of `number`, which is not 0: its 254th power, as the group has 255 elements.
fn invert(number: u8) -> u8 {
    (0..253).fold(number, |power, _| multiply(power, number))
}

/// The shares' polynomials at 0, by Lagrange.
fn combine(shares: &[Vec<u8>]) -> Vec<u8> {
    let mut secret = vec![0; shares[0].len() - 1];
    for share in shares {
        let weight = shares
            .iter()
            .filter(|other| other[0] != share[0])
            .fold(1, |product, other| multiply(product, multiply(other[0], invert(other[0] ^ share[0]))));
        for (byte, value) in secret.iter_mut().zip(&share[1..]) {
            *byte ^= multiply(*value, weight);
        }
    }
    secret
}

/// The shares in the order of their files' names, checked against each other.
fn read_shares(directory: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let unreadable = |path: &Path, error: std::io::Error| (NO_FILE, format!("{}: cannot read: {}", path.display(), error));
    let mut paths = Vec::new();
    for entry in fs::read_dir(directory).map_err(|error| unreadable(Path::new(directory), error))? {
        let path = entry.map_err(|error| unreadable(Path::new(directory), error))?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        if name.starts_with("shamir-") && name.ends_with(".dat") {
            paths.push(path);
        }
    }
    paths.sort();

    let mut shares: Vec<Vec<u8>> = Vec::new();
    for path in &paths {
        let share = fs::read(path).map_err(|error| unreadable(path, error))?;
        let complaint = match share.first() {
            None => Some("empty"),
            Some(0) => Some("its number is 0, which would be the secret itself"),
            Some(number) if shares.iter().any(|other| other[0] == *number) => Some("its number occurs twice"),
            Some(_) if shares.iter().any(|other| other.len() != share.len()) => Some("as long as no other share"),
            Some(_) => None,
        };
        match complaint {
            Some(reason) => return Err((BAD_INPUT, format!("{}: {}", path.display(), reason))),
            None => shares.push(share),
        }
    }
    if shares.is_empty() {
        return Err((BAD_INPUT, format!("{}: no shares (shamir-*.dat)", directory)));
    }
    Ok(shares)
}

fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (input, result) = match arguments.as_slice() {
        [] => ("/input", "/output/shamir.dat"),
        [input, result] => (input.as_str(), result.as_str()),
        _ => return Err((BAD_INPUT, "usage: shamir-secret-sharing [INPUT RESULT]".into())),
    };
    let secret = combine(&read_shares(input)?);
    fs::write(result, secret).map_err(|error| (NO_FILE, format!("{}: cannot write: {}", result, error)))
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err((code, message)) => {
            eprintln!("{}", message);
            ExitCode::from(code)
        }
    }
}
