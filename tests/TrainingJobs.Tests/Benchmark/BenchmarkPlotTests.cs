using System.Globalization;
using System.Xml.Linq;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Benchmark;
using FewShotAD.TrainingJobs.Benchmark.Report;
using FewShotAD.TrainingJobs.Tests.Support;
using static FewShotAD.TrainingJobs.Tests.Benchmark.BenchmarkRows;

namespace FewShotAD.TrainingJobs.Tests.Benchmark;

public sealed class BenchmarkPlotTests : IDisposable
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_figure_is_whole_in_itself()
    {
        string[] categories = ["<script>", "a & b", "line\nbreak\u0001", new string('x', 200)];
        Write(Run(categories, DetectionMethod.RegAd, DetectionMethod.UniAd, DetectionMethod.PatchCore));
        var figures = Directory.GetFiles(folder["plots"], "*.svg");
        // A ROC figure for each method; scores for each of 7 arms; features and accuracy where the adversarial loss was.
        Assert.Equal(3 + 7 + 2 + 2, figures.Length);
        Assert.All(figures, figure =>
        {
            var root = XDocument.Load(figure).Root!;
            Assert.Equal(Svg + "svg", root.Name);
            Assert.NotEqual("", root.Element(Svg + "title")!.Value);
            Assert.NotEqual("", root.Element(Svg + "desc")!.Value);
            var all = root.DescendantsAndSelf().ToList();
            Assert.DoesNotContain(all, element => element.Name.LocalName is "script" or "foreignObject" or "image" or "use" or "a");
            var attributes = all.SelectMany(element => element.Attributes()).Where(attribute => !attribute.IsNamespaceDeclaration).ToList();
            Assert.DoesNotContain(attributes, attribute => attribute.Name.LocalName == "href");
            Assert.DoesNotContain(attributes, attribute => attribute.Name.LocalName.StartsWith("on", StringComparison.Ordinal));
            Assert.DoesNotContain(attributes, attribute => attribute.Value.Contains("://", StringComparison.Ordinal));
            Assert.DoesNotContain("url(", root.Element(Svg + "style")!.Value, StringComparison.Ordinal);
            Assert.DoesNotContain("@import", root.Element(Svg + "style")!.Value, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Roc_has_a_mean_for_each_arm_and_a_line_for_each_seed_in_every_category()
    {
        Write(Run(["bottle", "pill"], DetectionMethod.RegAd));
        var figure = Load("roc-regad-k4.svg");
        Assert.Equal(2 * 3, figure.Count(element => HasClass(element, "mean") && element.Name == Svg + "path"));
        Assert.Equal(2 * 3 * 3, figure.Count(element => HasClass(element, "seed")));
        Assert.Equal(2, figure.Count(element => HasClass(element, "chance")));
    }

    [Fact]
    public void The_roc_goes_through_the_corners_that_a_hand_finds()
    {
        // From the top: defective, then a tie of both classes, then normal: (0,0) (0,½) (½,1) (1,1).
        ImageOutcome[] images = [new("a", "x", true, 3), new("b", "x", true, 2), new("c", "good", false, 2), new("d", "good", false, 1)];
        Write([Row(0.875) with { Images = images }]);
        var panel = Load("roc-regad-k4.svg").Last(element => element.Name == Svg + "rect" && HasClass(element, "frame"));
        var (left, top, side) = (Number(panel, "x"), Number(panel, "y"), Number(panel, "width"));
        var corners = Load("roc-regad-k4.svg").Last(element => HasClass(element, "mean")).Attribute("d")!.Value[1..].Split('L')
            .Select(point => point.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray())
            .Select(point => (False: (point[0] - left) / side, True: 1 - ((point[1] - top) / side)));
        (double False, double True)[] expected = [(0, 0), (0, 0.5), (0.5, 1), (1, 1)];
        Assert.All(corners.Zip(expected), pair =>
        {
            Assert.Equal(pair.Second.False, pair.First.False, 3);
            Assert.Equal(pair.Second.True, pair.First.True, 3);
        });
        Assert.Equal(expected.Length, corners.Count());
    }

    [Fact]
    public void Accuracy_colours_every_position_once()
    {
        Write(Run(["bottle"], DetectionMethod.RegAd));
        var boxes = Load("accuracy-regad-adversarial-k4.svg").Where(element => HasClass(element, "cell"))
            .Sum(path => path.Attribute("d")!.Value.Count(letter => letter == 'z'));
        // The grid and the 41 colours of the legend.
        Assert.Equal((14 * 14) + 41, boxes);
    }

    [Fact]
    public void Features_are_dots_and_crosses_before_and_after()
    {
        Write(Run(["bottle", "pill"], DetectionMethod.RegAd));
        var figure = Load("features-regad-adversarial-k4.svg");
        // Two categories, before and after, and the legend.
        Assert.Equal(5, figure.Count(element => HasClass(element, "f0")));
        Assert.Equal(5, figure.Count(element => HasClass(element, "f1")));
        Assert.Equal(200, figure.Last(element => HasClass(element, "f0")).Attribute("d")!.Value.Count(letter => letter == 'M'));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(0, 1)]
    [InlineData(3, 3)]
    public void Poor_data_still_makes_figures(int normals, int defectives)
    {
        // All scores equal, one class, or nothing at all; features in one point, or none.
        var images = Enumerable.Range(0, normals + defectives).Select(i => new ImageOutcome($"{i}", "x", i >= normals, 1e-7)).ToList();
        var one = new FeatureCloud([new FeaturePoint(2, 2)], [new FeaturePoint(2, 2)]);
        Write([Row(null, BenchmarkArm.Adversarial) with { Images = images, Look = new FeatureLook(one, new FeatureCloud([], []), 1, 1, [0.5f]) }]);
        Assert.Equal(4, Directory.GetFiles(folder["plots"]).Select(XDocument.Load).Count());
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1e-300)]
    [InlineData(-1e9)]
    [InlineData(1e15)]
    public void Scores_of_any_size_make_a_figure_with_ticks(double score)
    {
        ImageOutcome[] images = [new("a", "good", false, score), new("b", "x", true, Math.BitIncrement(score)), new("c", "x", true, score)];
        Write([Row(0.5) with { Images = images }]);
        Assert.Contains(Load("scores-regad-plain-k4.svg"), element => HasClass(element, "tick"));
    }

    [Fact]
    public void A_grid_of_another_size_than_it_says_is_refused()
    {
        var cloud = new FeatureCloud([], []);
        var wrong = Row(0.5, BenchmarkArm.Adversarial) with { Look = new FeatureLook(cloud, cloud, 2, 2, [0.5f]) };
        Assert.Throws<ArgumentException>(() => Write([wrong]));
        Assert.Throws<ArgumentException>(() => Write([wrong with { Look = new FeatureLook(cloud, cloud, 1, 1, [float.NaN]) }]));
    }

    private static bool HasClass(XElement element, string name) => element.Attribute("class")?.Value.Split(' ').Contains(name) ?? false;

    private static double Number(XElement element, string name) =>
        double.Parse(element.Attribute(name)!.Value, CultureInfo.InvariantCulture);

    private List<XElement> Load(string name) => [.. XDocument.Load(folder["plots", name]).Descendants()];

    private void Write(IReadOnlyList<BenchmarkRow> rows) =>
        BenchmarkReport.Write(folder.Path, Settings(rows), Machine, rows, TestContext.Current.CancellationToken);
}
