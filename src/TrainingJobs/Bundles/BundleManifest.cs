using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;

namespace FewShotAD.TrainingJobs.Bundles;

/// <summary>What a bundle says about itself.</summary>
/// <param name="Fingerprint">Of recipe and data: a run with the same one would make this model again.</param>
/// <param name="ShotScores">Score of every support shot under the model of the others.</param>
/// <param name="Losses">What the last training step measured; null for an untrained model.</param>
public sealed record BundleManifest(
    int FormatVersion,
    TrainingRecipe Recipe,
    int Seed,
    string DataHash,
    string Fingerprint,
    string CodeVersion,
    string LibraryVersions,
    Calibration Calibration,
    IReadOnlyList<double> ShotScores,
    FinalLosses? Losses)
{
    public const int CurrentFormat = 1;
}

/// <summary>The metrics of training. Those on test images belong to an evaluation, not to the model.</summary>
public sealed record FinalLosses(double Task, double? Discriminator, double? Adversarial, double? DiscriminatorAccuracy);
