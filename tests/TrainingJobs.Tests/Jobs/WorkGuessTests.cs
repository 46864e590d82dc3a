using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Scoring;

namespace FewShotAD.TrainingJobs.Tests.Jobs;

/// <summary>The guesses live where the queue can read them; what they count must be what the program does.</summary>
public sealed class WorkGuessTests
{
    [Fact]
    public void Guesses_count_the_views_that_are_made() =>
        Assert.Equal((SupportAugmentation.Count, Calibrator.ViewsPerShot), (WorkGuess.ViewsPerShot, WorkGuess.CalibrationViews));
}
