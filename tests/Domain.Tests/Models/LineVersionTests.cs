using FewShotAD.Domain.Common;
using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Models;
using FewShotAD.Domain.Storage;
using FewShotAD.Domain.Tests.Support;
using FewShotAD.Domain.Webhooks;

namespace FewShotAD.Domain.Tests.Models;

public sealed class LineVersionTests
{
    private static readonly Calibration Fitted = new(1, 2, 0.5, 0.1, 0.6);
    private static readonly LineAuthor Ada = new(Given.Person, "Ada");

    [Fact]
    public void A_move_is_a_version_with_author_and_reason_and_is_told()
    {
        var model = Model();
        var version = model.MoveLine(new LineChange(new(1.2, 2.5, 0.7), "  Escapes  ", LineFlips.None), Ada, Given.Start).Value;
        Assert.Equal((2, "Escapes", "Ada", (int?)null, new LineThresholds(1.2, 2.5, 0.7)), (version.Number, version.Reason, version.MadeByName, version.Restores, version.Thresholds()));
        Assert.Equal((2, 1.2, 2.5, 0.5), (model.LineNumber, model.Calibration.CertainlyGood, model.Calibration.CertainlyDefective, model.Calibration.NormalScore));
        Assert.Equal(Fitted, model.Fitted);
        var told = Assert.Single(model.TakeHappenings());
        Assert.Equal(HappeningKinds.LineChanged, told.Kind);
        var data = Assert.IsType<LineChanged>(told.Data);
        Assert.Equal((2, 2.5, "Escapes"), (data.Line, data.T2, data.Reason));
    }

    [Fact]
    public void A_line_that_would_not_move_or_says_no_reason_changes_nothing()
    {
        var model = Model();
        var before = Given.Describe(model);
        Assert.IsType<LineUnchanged>(model.MoveLine(new LineChange(Fitted.Thresholds(), "why", LineFlips.None), Ada, Given.Start).Error);
        Assert.IsType<LineReasonNeeded>(model.MoveLine(new LineChange(new(1, 3, 1), " ", LineFlips.None), Ada, Given.Start).Error);
        Assert.IsType<LineReasonNeeded>(model.MoveLine(new LineChange(new(1, 3, 1), new string('a', LineVersion.ReasonMaxLength + 1), LineFlips.None), Ada, Given.Start).Error);
        Assert.IsType<LineOutOfOrder>(model.MoveLine(new LineChange(new(4, 3, 1), "why", LineFlips.None), Ada, Given.Start).Error);
        Assert.Equal(before, Given.Describe(model));
        Assert.Empty(model.TakeHappenings());
    }

    [Fact]
    public void A_resumed_run_renews_the_fitted_line_and_leaves_the_one_that_people_chose()
    {
        var (untouched, moved) = (Model(), Model());
        Assert.True(moved.MoveLine(new LineChange(new(1.2, 2.5, 0.7), "why", LineFlips.None), Ada, Given.Start).Succeeded);
        var again = new Calibration(1.1, 2.1, 0.4, 0.05, 0.65);
        foreach (var model in new[] { untouched, moved })
            model.Rewrite(Given.Blob(BlobKind.Model), 1, Given.Hash(), again);
        Assert.Equal((again, again, 1), (untouched.Calibration, untouched.Fitted, untouched.LineNumber));
        Assert.Equal((new Calibration(1.2, 2.5, 0.4, 0.05, 0.7), again, 2), (moved.Calibration, moved.Fitted, moved.LineNumber));
    }

    private static TrainedModel Model() => TrainedModel.Create(Given.QueuedRun(), 1, Given.Blob(BlobKind.Model), 1, Given.Hash(), Fitted, Given.Start);
}
