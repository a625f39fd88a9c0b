//! Whatever the data, there is a picture, it can be opened, and no text leaves it.

use image::RgbImage;
use proptest::prelude::*;
use render::*;

/// Draws at the least density and answers the decoded picture.
fn picture(chart: impl Into<Chart>) -> RgbImage {
    let png = render(&chart.into(), &Theme::dark().with_density(0.5));
    let image = image::load_from_memory(png.bytes()).expect("a PNG").to_rgb8();
    assert_eq!(image.dimensions(), png.size());
    image
}

/// Nothing is drawn on the outermost pixels: what would reach them has left the picture.
fn assert_nothing_leaves(image: &RgbImage) {
    let (width, height) = image.dimensions();
    let background = image.get_pixel(0, 0);
    for (x, y, pixel) in image.enumerate_pixels() {
        if x == 0 || y == 0 || x + 1 == width || y + 1 == height {
            assert_eq!(pixel, background, "{x}, {y} of {width} x {height}");
        }
    }
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        4 => -1e3..1e3,
        1 => prop_oneof![
            Just(f64::NAN),
            Just(f64::INFINITY),
            Just(f64::NEG_INFINITY),
            Just(f64::MAX),
            Just(f64::MIN),
            Just(f64::MIN_POSITIVE),
            Just(0.0),
            Just(-0.0),
            Just(1e15),
            Just(1e-9),
        ],
        1 => any::<f64>(),
    ]
}

fn moment() -> impl Strategy<Value = f64> {
    prop_oneof![4 => 1.7e9..1.8e9, 1 => number()]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("предел 90 %".to_owned()),
        Just("W".repeat(200)),
        Just("😀👩‍👩‍👧‍👦🇩🇪 отчёт\u{0}\u{7}\n\t\u{202e}ملف سري\u{feff}\u{10ffff}".to_owned()),
        "\\PC{0,60}",
        any::<String>(),
    ]
}

fn tone() -> impl Strategy<Value = Tone> {
    prop_oneof![Just(Tone::Neutral), Just(Tone::Critical), any::<u8>().prop_map(Tone::Accent)]
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        Unit::Percent,
        Unit::Bytes,
        Unit::BytesPerSecond,
        Unit::Seconds,
        Unit::Celsius,
        Unit::Count,
        Unit::Ratio,
    ])
}

prop_compose! {
    fn point()(at in moment(), value in number(), low in prop::option::of(number()), high in prop::option::of(number())) -> Point {
        Point { at, value, low, high }
    }
}

prop_compose! {
    fn series()(label in words(), mut points in prop::collection::vec(point(), 0..40), in_order in any::<bool>(), pen in pen()) -> LineSeries {
        if in_order {
            points.sort_by(|a, b| a.at.total_cmp(&b.at));
        }
        LineSeries { label, points, pen }
    }
}

fn pen() -> impl Strategy<Value = Pen> {
    prop_oneof![3 => Just(Pen::Plain), 1 => Just(Pen::Past)]
}

fn fill() -> impl Strategy<Value = Fill> {
    prop::sample::select(vec![Fill::Soft, Fill::None, Fill::Area, Fill::Stacked])
}

prop_compose! {
    fn time()(from in moment(), to in moment(), offset in any::<i32>(), gap_seconds in number(), changes in prop::collection::vec((moment(), any::<i32>()), 0..3)) -> TimeAxis {
        TimeAxis { zone: Zone { offset_seconds: offset, changes }, gap_seconds, ..TimeAxis::between(from, to) }
    }
}

prop_compose! {
    fn line()(
        texts in [words(), words(), words()],
        series in prop::collection::vec(series(), 0..14),
        limits in prop::collection::vec((words(), number(), tone()).prop_map(|(label, value, tone)| Limit { label, value, tone }), 0..4),
        band in prop::option::of((words(), prop::collection::vec((moment(), number(), number()), 0..20)).prop_map(|(label, points)| Band { points, label })),
        marks in prop::collection::vec((moment(), words(), tone()).prop_map(|(at, label, tone)| Mark { at, label, tone }), 0..4),
        unit in unit(),
        time in time(),
        fill in fill(),
        floor in prop::option::of(number()),
        ceiling in prop::option::of(number()),
    ) -> Line {
        let [title, subtitle, empty] = texts;
        Line { title, subtitle, series, fill, limits, band, marks, unit, time, floor, ceiling, empty, words: Words::default() }
    }
}

prop_compose! {
    fn gauge()(label in words(), share in number(), note in words(), tone in tone()) -> Gauge {
        Gauge { label, share, note, tone }
    }
}

prop_compose! {
    fn donut()(
        texts in [words(), words(), words(), words(), words()],
        slices in prop::collection::vec((words(), number(), tone(), words()).prop_map(|(label, value, tone, note)| Slice { label, value, tone, note }), 0..12),
        footer in prop::option::of(gauge()),
    ) -> Donut {
        let [title, subtitle, centre, centre_note, empty] = texts;
        Donut { title, subtitle, slices, centre, centre_note, footer, empty, words: Words::default() }
    }
}

prop_compose! {
    fn bars()(
        texts in [words(), words(), words()],
        gauges in prop::collection::vec(gauge(), 0..20),
        limits in prop::collection::vec((number(), words(), tone()).prop_map(|(share, label, tone)| ShareLimit { share, label, tone }), 0..4),
    ) -> Bars {
        let [title, subtitle, empty] = texts;
        let bars = gauges.into_iter().map(|it| Bar { label: it.label, share: it.share, note: it.note, tone: it.tone }).collect();
        Bars { title, subtitle, bars, limits, empty, words: Words::default() }
    }
}

prop_compose! {
    fn sparkline()(values in prop::collection::vec(number(), 0..60), floor in prop::option::of(number()), ceiling in prop::option::of(number()), tone in tone()) -> Sparkline {
        Sparkline { values, floor, ceiling, tone }
    }
}

prop_compose! {
    fn tile()(texts in [words(), words(), words()], tone in tone(), spark in prop::option::of(sparkline())) -> Tile {
        let [label, value, note] = texts;
        Tile { label, value, note, tone, spark }
    }
}

prop_compose! {
    fn heatmap()(
        texts in [words(), words(), words()],
        rows in prop::collection::vec((words(), prop::collection::vec(number(), 0..40)), 0..12),
        columns in prop::collection::vec(words(), 0..40),
        unit in unit(),
        floor in prop::option::of(number()),
        ceiling in prop::option::of(number()),
    ) -> Heatmap {
        let [title, subtitle, empty] = texts;
        let rows = rows.into_iter().map(|(label, cells)| HeatRow { label, cells }).collect();
        Heatmap { title, subtitle, rows, columns, unit, floor, ceiling, empty, words: Words::default() }
    }
}

prop_compose! {
    fn lane()(
        label in words(),
        spans in prop::collection::vec((moment(), moment(), tone(), words()).prop_map(|(from, to, tone, label)| Span { from, to, tone, label }), 0..8),
        moments in prop::collection::vec((moment(), tone(), words()).prop_map(|(at, tone, label)| Moment { at, tone, label }), 0..8),
    ) -> Lane {
        Lane { label, spans, moments }
    }
}

prop_compose! {
    fn timeline()(texts in [words(), words(), words()], lanes in prop::collection::vec(lane(), 0..15), time in time()) -> Timeline {
        let [title, subtitle, empty] = texts;
        Timeline { title, subtitle, lanes, time, empty }
    }
}

fn panel() -> BoxedStrategy<Panel> {
    // On the heap: together they are more than the stack of a test bears.
    prop_oneof![
        2 => tile().prop_map(Panel::Tile).boxed(),
        2 => line().prop_map(Panel::Line).boxed(),
        1 => bars().prop_map(Panel::Bars).boxed(),
        1 => donut().prop_map(Panel::Donut).boxed(),
        1 => heatmap().prop_map(Panel::Heatmap).boxed(),
        1 => timeline().prop_map(Panel::Timeline).boxed(),
    ]
    .boxed()
}

prop_compose! {
    fn panels()(texts in [words(), words(), words()], rows in prop::collection::vec(prop::collection::vec(panel(), 0..6), 0..5)) -> Panels {
        let [title, subtitle, empty] = texts;
        Panels { title, subtitle, rows, empty }
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        // A picture takes a while in a debug build; `PROPTEST_CASES=6000` looks at a thousand.
        cases: ProptestConfig::default().cases / 6,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_line_has_a_picture_and_stays_inside(line in line()) {
        assert_nothing_leaves(&picture(line));
    }

    #[test]
    fn any_donut_has_a_picture_and_stays_inside(donut in donut()) {
        assert_nothing_leaves(&picture(donut));
    }

    #[test]
    fn any_bars_have_a_picture_and_stay_inside(bars in bars()) {
        assert_nothing_leaves(&picture(bars));
    }

    #[test]
    fn any_heatmap_has_a_picture_and_stays_inside(heatmap in heatmap()) {
        assert_nothing_leaves(&picture(heatmap));
    }

    #[test]
    fn any_timeline_has_a_picture_and_stays_inside(timeline in timeline()) {
        assert_nothing_leaves(&picture(timeline));
    }

    #[test]
    fn any_sparkline_has_a_picture_and_stays_inside(sparkline in sparkline()) {
        assert_nothing_leaves(&picture(sparkline));
    }

    #[test]
    fn any_panels_have_a_picture_and_stay_inside(panels in panels()) {
        assert_nothing_leaves(&picture(panels));
    }
}

fn lone(points: Vec<Point>, unit: Unit) -> Line {
    Line { series: vec![LineSeries { points, ..LineSeries::default() }], unit, ..Line::default() }
}

#[test]
fn one_point_is_a_picture() {
    for value in [0.0, 42.0, -42.0, 1e15, 1e-9, f64::MAX, f64::MIN] {
        let image = picture(lone(vec![Point::new(1.7e9, value)], Unit::Bytes));
        assert_nothing_leaves(&image);
        let accent = Theme::dark().accents[0];
        let dots = image.pixels().filter(|it| it.0 == [accent.red, accent.green, accent.blue]).count();
        assert!(0 < dots, "{value} is seen");
    }
}

#[test]
fn values_that_never_change_are_drawn_inside_of_the_plot() {
    for value in [0.0, 100.0, -5.0, 1e15, 1e-9] {
        let points = (0..50).map(|it| Point::new(f64::from(it), value)).collect();
        let line = Line { floor: Some(0.0), ceiling: Some(100.0), ..lone(points, Unit::Percent) };
        assert_nothing_leaves(&picture(line));
    }
}

#[test]
fn nothing_measured_is_said_in_words() {
    let said = Line { empty: "nothing measured yet".into(), ..Line::default() };
    assert_ne!(picture(said), picture(Line::default()));
    let gaps = (0..50).map(|it| Point::gap(f64::from(it))).collect();
    assert_nothing_leaves(&picture(lone(gaps, Unit::Percent)));
}

#[test]
fn a_million_points_make_a_file_as_small_as_any() {
    let points = (0..1_000_000)
        .map(|it| Point::new(f64::from(it), f64::from(it % 1009 * 7919 % 1000) / 10.0))
        .collect();
    let png = render(&lone(points, Unit::Percent).into(), &Theme::dark());
    assert!(png.bytes().len() < 80_000, "{}", png.bytes().len());
}

#[test]
fn the_same_data_makes_the_same_bytes() {
    let chart: Chart = lone(vec![Point::new(0.0, 1.0), Point::new(9.0, 3.0)], Unit::Ratio).into();
    assert_eq!(render(&chart, &Theme::light()), render(&chart, &Theme::light()));
}

#[test]
fn a_density_out_of_bounds_is_held_within_them() {
    let chart: Chart = Donut::default().into();
    let width = |density: f32| render(&chart, &Theme { density, ..Theme::dark() }).size().0;
    assert_eq!(
        [0.0, -3.0, 0.5, 2.0, 900.0, f32::INFINITY, f32::NAN].map(width),
        [320, 320, 320, 1280, 2560, 2560, 1280]
    );
}

#[test]
fn a_gap_is_not_joined() {
    let points = || [0.0, 10.0, 90.0, 100.0].map(|at| Point::new(at, 50.0)).to_vec();
    let line = |gap_seconds| {
        let time = TimeAxis { gap_seconds, ..TimeAxis::between(0.0, 100.0) };
        let image =
            picture(Line { time, floor: Some(0.0), ceiling: Some(100.0), ..lone(points(), Unit::Percent) });
        let accent = Theme::dark().accents[0];
        image.pixels().filter(|it| it.0 == [accent.red, accent.green, accent.blue]).count()
    };
    assert!(line(20.0) * 2 < line(f64::INFINITY));
}

fn line_with(series: Vec<LineSeries>, fill: Fill) -> Line {
    let time = TimeAxis::between(0.0, 100.0);
    Line { series, fill, time, floor: Some(0.0), ceiling: Some(100.0), ..Line::default() }
}

fn still(value: f64, pen: Pen) -> LineSeries {
    LineSeries { pen, ..LineSeries::new("", (0..=100).map(|it| (f64::from(it), value))) }
}

fn pixels_of(image: &RgbImage, colour: Colour) -> usize {
    image.pixels().filter(|it| it.0 == [colour.red, colour.green, colour.blue]).count()
}

#[test]
fn the_past_takes_no_colour_from_the_present() {
    let Theme { accents, .. } = Theme::dark();
    let series = vec![still(20.0, Pen::Past), still(60.0, Pen::Plain), still(80.0, Pen::Plain)];
    let image = picture(line_with(series, Fill::None));
    assert!(0 < pixels_of(&image, accents[0]) && 0 < pixels_of(&image, accents[1]));
    assert_eq!(pixels_of(&image, accents[2]), 0);
    let past = picture(line_with(vec![still(20.0, Pen::Past)], Fill::Area));
    assert_eq!(pixels_of(&past, accents[0]), 0, "neither a line nor a fill");
}

#[test]
fn a_stack_reaches_as_high_as_its_sum() {
    let stacked = |parts: &[f64]| {
        let series = parts.iter().map(|it| still(*it, Pen::Plain)).collect();
        picture(line_with(series, Fill::Stacked))
    };
    // The uppermost line of the second accent, from the top.
    let accent = Theme::dark().accents[1];
    let highest = |image: &RgbImage| {
        image.enumerate_pixels().find(|it| it.2.0 == [accent.red, accent.green, accent.blue]).map(|it| it.1)
    };
    let (low, high) = (highest(&stacked(&[50.0, 10.0])), highest(&stacked(&[50.0, 40.0])));
    assert!(high < low && high.is_some(), "{high:?} {low:?}");
}

#[test]
fn a_part_that_is_not_known_leaves_a_gap_in_the_whole() {
    let broken = LineSeries::new(
        "",
        (0..=100).map(|it| {
            let at = f64::from(it);
            (at, if (40..60).contains(&it) { f64::NAN } else { 30.0 })
        }),
    );
    let ground = |series| pixels_of(&picture(line_with(series, Fill::Stacked)), Theme::dark().background);
    let whole = ground(vec![still(30.0, Pen::Plain), still(30.0, Pen::Plain)]);
    let with_gap = ground(vec![still(30.0, Pen::Plain), broken]);
    assert!(whole + 1000 < with_gap, "{whole} {with_gap}");
}

#[test]
fn a_million_points_in_each_of_three_panels_are_a_picture() {
    let points = |from: u32| {
        (0..1_000_000).map(move |it: u32| Point::new(f64::from(it), f64::from((it + from) % 1009)))
    };
    let line = |fill| Line {
        series: vec![LineSeries { points: points(3).collect(), ..LineSeries::default() }],
        fill,
        ..Line::default()
    };
    let values = points(7).map(|it| it.value).collect();
    let spark = Some(Sparkline { values, ..Sparkline::default() });
    let rows = vec![
        vec![Panel::Line(line(Fill::Stacked))],
        vec![Panel::Line(line(Fill::Soft)), Panel::Tile(Tile { spark, ..Tile::default() })],
    ];
    assert_nothing_leaves(&picture(Panels { rows, ..Panels::default() }));
}

#[test]
fn fifty_rows_are_no_higher_than_a_phone_shows_and_the_rest_is_counted() {
    let line = Panel::Line(lone(vec![Point::new(0.0, 1.0), Point::new(9.0, 3.0)], Unit::Ratio));
    let rows = |count| Panels { rows: vec![vec![line.clone()]; count], ..Panels::default() };
    let (eight, fifty) = (picture(rows(8)), picture(rows(50)));
    assert!(fifty.height() <= 660, "{} at the least density", fifty.height());
    assert_ne!(eight, fifty, "+42 is written");
    let tall = Panels {
        rows: vec![vec![Panel::Bars(Bars { bars: vec![Bar::default(); 16], ..Bars::default() })]; 5],
        ..Panels::default()
    };
    assert!(picture(tall).height() <= 660);
}

#[test]
fn lines_with_one_axis_write_it_once() {
    let panels = |times: [f64; 2]| {
        let line =
            |to| Line { time: TimeAxis::between(0.0, to), ..lone(vec![Point::new(5.0, 1.0)], Unit::Ratio) };
        Panels { rows: times.map(|it| vec![Panel::Line(line(it))]).to_vec(), ..Panels::default() }
    };
    let (once, twice) = (picture(panels([100.0, 100.0])), picture(panels([100.0, 90.0])));
    assert!(once.height() < twice.height());
}

#[test]
fn panels_without_panels_say_so_in_words() {
    let said = |rows| picture(Panels { rows, empty: "nothing yet".into(), ..Panels::default() });
    assert_ne!(said(Vec::new()), picture(Panels::default()));
    assert_eq!(said(Vec::new()), said(vec![Vec::new(), Vec::new()]));
}

fn cells(rows: Vec<Vec<f64>>) -> Heatmap {
    let rows = rows.into_iter().map(|cells| HeatRow { label: String::new(), cells }).collect();
    Heatmap { rows, empty: "nothing known".into(), ..Heatmap::default() }
}

#[test]
fn a_grid_of_any_size_is_a_picture_no_higher_than_a_phone_shows() {
    for (rows, columns) in [(0, 0), (1, 0), (1, 1), (60, 24), (1, 100_000), (3000, 3)] {
        let image = picture(cells(vec![vec![7.0; columns]; rows]));
        assert_nothing_leaves(&image);
        assert!(image.height() <= 450, "{rows} x {columns}: {}", image.height());
    }
    let ragged = (0..20).map(|it| vec![1.0; it * 3 % 11]).collect();
    assert_nothing_leaves(&picture(cells(ragged)));
}

#[test]
fn an_unknown_cell_looks_like_no_value_at_all() {
    let middle = |value: f64| {
        let image = picture(cells(vec![vec![0.0, value, 100.0]; 3]));
        // Three cells of 72 logical pixels from a margin of 30, at half the density.
        *image.get_pixel(69, image.height() / 2 - 10)
    };
    let background = Theme::dark().background;
    assert_eq!(middle(f64::NAN).0, [background.red, background.green, background.blue]);
    for value in 0..=100 {
        assert_ne!(middle(f64::from(value)), middle(f64::NAN), "{value}");
    }
}

#[test]
fn however_short_a_span_is_seen_and_a_thousand_are_one_band() {
    let lane = |spans: Vec<Span>| Lane { spans, ..Lane::default() };
    let short = |at: f64| Span { from: at, to: at, tone: Tone::Critical, ..Span::default() };
    let seen = |spans: Vec<Span>| {
        let timeline =
            Timeline { lanes: vec![lane(spans)], time: TimeAxis::between(0.0, 1e6), ..Timeline::default() };
        let image = picture(timeline);
        assert_nothing_leaves(&image);
        pixels_of(&image, Theme::dark().critical)
    };
    let one = seen(vec![short(5e5)]);
    assert!(8 < one, "{one}");
    let many = seen((0..100_000).map(|it| short(f64::from(it) * 10.0)).collect());
    assert!(20 * one < many, "{one}, {many}");
}

#[test]
fn more_lanes_than_twelve_are_counted() {
    let picture = |count: usize| {
        picture(Timeline {
            lanes: vec![Lane { label: "a".into(), ..Lane::default() }; count],
            time: TimeAxis::between(0.0, 100.0),
            ..Timeline::default()
        })
    };
    let (twelve, thirteen, thousand) = (picture(12), picture(13), picture(1000));
    assert!(twelve.height() < thirteen.height());
    assert_eq!(thirteen.height(), thousand.height());
    assert_ne!(thirteen, thousand, "the count is another");
}
