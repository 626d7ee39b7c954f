//! People who see less well can read the page: WCAG 2.2 asks for a contrast of 4.5:1 between text and its background
//! (<https://www.w3.org/TR/WCAG22/#contrast-minimum>).

use std::collections::BTreeMap;

const CSS: &str = include_str!("../../src/preview/page/style.css");

/// Which text is in which colour, and on what.
const TEXTS: &[(&str, &[&str])] = &[
    ("text", &["panel", "hover", "in", "out", "code", "track", "track-out"]),
    ("faint", &["panel", "hover", "in"]),
    ("accent", &["panel", "hover", "in", "track"]),
    ("accent-out", &["out"]),
    ("out-meta", &["out"]),
    ("wrong", &["panel", "hover", "in"]),
    ("on-warning", &["warning"]),
    ("on-colour", &["selected", "badge", "service", "key", "toast", "right-mark", "wrong-mark"]),
];

/// People's names are in one of these colours, over their messages and over quotes of them; their initials are
/// white on a pair of darker ones.
const N_COLOURS: usize = 7;

type Colours = BTreeMap<String, [f64; 3]>;

/// The variables of the page, in light and in dark mode.
fn schemes() -> [Colours; 2] {
    let (mut light, mut dark) = (Colours::new(), Colours::new());
    let mut is_dark = false;
    for line in CSS.lines() {
        match line {
            _ if line.starts_with("@media (prefers-color-scheme: dark)") => is_dark = true,
            "}" => is_dark = false,
            _ => {}
        }
        for declaration in line.split([';', '{']) {
            let Some((name, value)) =
                declaration.trim().strip_prefix("--").and_then(|it| it.split_once(": #"))
            else {
                continue;
            };
            let part = |at: usize| f64::from(u8::from_str_radix(&value[at..at + 2], 16).expect("six digits"));
            let colour = [part(0), part(2), part(4)];
            if !is_dark {
                light.insert(name.to_owned(), colour);
            }
            dark.insert(name.to_owned(), colour);
        }
    }
    [light, dark]
}

fn luminance(colour: [f64; 3]) -> f64 {
    let [r, g, b] = colour.map(|part| {
        let part = part / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_text_can_be_read_light_and_dark() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.001);
    let mut faults = Vec::new();
    for (scheme, colours) in ["light", "dark"].into_iter().zip(schemes()) {
        let colour = |name: &str| *colours.get(name).unwrap_or_else(|| panic!("no colour --{name}"));
        let mut check = |text: &str, behind: &str| {
            let contrast = contrast(colour(text), colour(behind));
            if contrast < 4.5 {
                faults.push(format!("{scheme}: --{text} on --{behind} is {contrast:.2}:1"));
            }
        };
        for (text, all) in TEXTS {
            all.iter().for_each(|behind| check(text, behind));
        }
        for n in 0..N_COLOURS {
            ["in", "track"].iter().for_each(|behind| check(&format!("c{n}"), behind));
            ["top", "end"].iter().for_each(|end| check("on-colour", &format!("c{n}-{end}")));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Anything that is not a variable would escape the test above.
#[test]
fn text_and_what_is_behind_it_is_in_colours_that_are_checked() {
    for line in CSS.lines() {
        for declaration in line.split(['{', ';']).map(str::trim) {
            let is_painted = ["color: ", "background: "].iter().any(|it| declaration.starts_with(it));
            let literal = declaration.contains('#') || declaration.contains("rgb(");
            // There is no text on a picture's sign, nor on a box that lies over everything.
            let is_without_text = line.starts_with(".media") || line.starts_with("#alert::backdrop");
            assert!(!is_painted || !literal || is_without_text, "{line}");
        }
    }
}
