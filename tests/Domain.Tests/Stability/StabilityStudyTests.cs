using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Stability;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Training;
using static FewShotAD.Domain.Training.RunStatus;

namespace FewShotAD.Domain.Tests.Stability;

public sealed class StabilityStudyTests
{
    [Theory]
    [InlineData(Queued, Queued, Queued)]
    [InlineData(Running, Queued, Succeeded)]
    [InlineData(Running, Succeeded, Running, Failed)]
    [InlineData(Running, Paused, Succeeded)]
    [InlineData(Failed, Succeeded, Failed, Cancelled)]
    [InlineData(Cancelled, Succeeded, Cancelled)]
    [InlineData(Succeeded, Succeeded, Succeeded)]
    public void A_study_is_what_its_runs_are(RunStatus expected, params RunStatus[] runs) => Assert.Equal(expected, StabilityStudy.StatusOf(runs));

    [Fact]
    public void A_run_of_a_study_keeps_its_figures_and_is_announced_to_nobody()
    {
        var recipe = TrainingRecipe.For(TrainingPreset.Quick);
        var place = new StudyPlace(new StudyId(Guid.NewGuid()), 3);
        var run = TrainingRun.Queue(Given.Project(), 1, recipe, Given.Snapshot(recipe.Shots), Given.Person, Given.Start, new QueueTicket(Study: place)).Value;
        Assert.Equal((place.Study, 3), (run.StudyId!.Value, run.StudySet));
        Assert.True(run.Claim(Given.Node, Given.Start).Succeeded);
        run.Measure(Metrics(0.9));
        Assert.True(run.Succeed(Given.Start).Succeeded);
        Assert.Equal(0.9, run.Measured!.ImageAuroc);
        Assert.Empty(run.TakeHappenings());
        var own = Given.RunIn(Succeeded);
        Assert.NotEmpty(own.TakeHappenings());
        Assert.Throws<InvalidOperationException>(() => own.Measure(Metrics(0.9)));
    }

    [Fact]
    public void Best_and_worst_are_by_the_mean_image_auroc_of_a_set()
    {
        var figures = StudyFigures.Of([Cell(1, 1, 0.90), Cell(1, 2, 0.94), Cell(2, 1, 0.99), Cell(2, 2, 0.80), Cell(3, 1, 0.95), Cell(3, 2, 0.97)]);
        Assert.Equal((3, 2), (figures.Best!.Set, figures.Worst!.Set));
        Assert.Equal(0.92, figures.Sets[0].Mean(StudyMetric.ImageAuroc)!.Value, 12);
        Assert.Equal([StudyMetric.ImageAuroc], figures.Spreads.Keys);
        Assert.InRange(figures.Spreads[StudyMetric.ImageAuroc].Interval!.High, 0.95, 1);
        Assert.False(figures.Mixed);
    }

    [Fact]
    public void What_has_not_measured_counts_nowhere()
    {
        var figures = StudyFigures.Of([Cell(1, 1, 0.9), new StudyCell(1, 2, null), new StudyCell(2, 1, null)]);
        Assert.Null(figures.Best);
        Assert.Equal((1, 1), (figures.Spreads[StudyMetric.ImageAuroc].Sets, figures.Spreads[StudyMetric.ImageAuroc].Cells));
        Assert.Null(figures.Sets[1].Mean(StudyMetric.ImageAuroc));
        Assert.Empty(StudyFigures.Of([]).Spreads);
    }

    [Fact]
    public void Runs_that_were_measured_on_other_images_are_not_compared_in_silence() =>
        Assert.True(StudyFigures.Of([Cell(1, 1, 0.9), new StudyCell(2, 1, Metrics(0.8) with { NormalImages = 9 })]).Mixed);

    [Fact]
    public void Each_metric_is_its_own()
    {
        var metrics = Metrics(0.9) with { PixelAuroc = 0.8, Aupro = 0.7, ImageF1Max = 0.6 };
        Assert.Equal([0.9, 0.8, 0.7, 0.6], Enum.GetValues<StudyMetric>().Select(metric => StudyFigures.Of(metrics, metric)!.Value));
    }

    private static StudyCell Cell(int set, int seed, double auroc) => new(set, seed, Metrics(auroc));

    private static EvaluationMetrics Metrics(double auroc) => new(10, 10, 0, auroc, null, null, null);
}
