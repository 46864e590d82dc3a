using FewShotAD.Domain.Evaluation;
using FewShotAD.Domain.Training;
using FewShotAD.TrainingJobs.Bundles;

namespace FewShotAD.TrainingJobs.Benchmark;

public enum BenchmarkArm
{
    /// <summary>Epoch 0: the method with the weights it starts from.</summary>
    Untrained,

    /// <summary>The last epoch of the plain method.</summary>
    Plain,

    /// <summary>The last epoch with the adversarial loss.</summary>
    Adversarial,

    /// <summary>A method that has no training.</summary>
    Baseline,
}

/// <summary>What one number of the benchmark belongs to. Cells that differ in the arm alone have the same seed and support set.</summary>
/// <param name="Shots">K.</param>
/// <param name="Seed">Of the support set and of everything random in training.</param>
public sealed record BenchmarkCell(DetectionMethod Method, BenchmarkArm Arm, string Category, int Shots, int Seed);

/// <param name="Type">The folder below <c>test</c>: <c>good</c> or a kind of defect.</param>
public sealed record ImageOutcome(string Image, string Type, bool Defective, double Score);

/// <summary>Seconds of the wall clock, for orientation.</summary>
/// <param name="Train">Of a model for several categories: the whole training, said at each of them.</param>
/// <param name="Fit">The statistics of the support shots.</param>
/// <param name="Score">All test images, without reading their files.</param>
public sealed record BenchmarkSeconds(double Train, double Fit, double Score);

/// <summary>A point of f0 or f1 on the two main axes of all of them.</summary>
public sealed record FeaturePoint(float X, float Y);

/// <summary>The features that the adversarial loss compares, in evaluation mode, for the same images at both times.</summary>
/// <param name="Before">Ahead of the first step.</param>
/// <param name="After">Behind the last step, on the same axes.</param>
/// <param name="Height">Of the grid of positions.</param>
/// <param name="Accuracy">The discriminator's accuracy behind the last step, Height × Width row by row; null without one.</param>
public sealed record FeatureLook(FeatureCloud Before, FeatureCloud After, int Height, int Width, IReadOnlyList<float>? Accuracy);

public sealed record FeatureCloud(IReadOnlyList<FeaturePoint> F0, IReadOnlyList<FeaturePoint> F1);

/// <summary>What came out of one cell; a file in the output folder each, so that a benchmark goes on where it stopped.</summary>
/// <param name="Recipe">That the model was trained by.</param>
/// <param name="Support">The support shots, relative to the dataset.</param>
/// <param name="Losses">Of the last step; null without training.</param>
/// <param name="Look">Null where the method compares no features.</param>
public sealed record BenchmarkRow(
    BenchmarkCell Cell,
    TrainingRecipe Recipe,
    IReadOnlyList<string> Support,
    EvaluationMetrics Metrics,
    FinalLosses? Losses,
    BenchmarkSeconds Seconds,
    IReadOnlyList<ImageOutcome> Images,
    FeatureLook? Look)
{
    /// <summary>The version of the program that made the row.</summary>
    public string Code { get; init; } = "";
}

/// <summary>What the whole benchmark was run with, for the report and to refuse mixing two in one folder.</summary>
/// <param name="Data">The dataset folder's name.</param>
/// <param name="DataHash">SHA-256 over names and sizes of the files of every category.</param>
public sealed record BenchmarkSettings(
    string Data, string DataHash, IReadOnlyList<string> Categories, IReadOnlyList<TrainingRecipe> Recipes, IReadOnlyList<BenchmarkArm> Arms,
    IReadOnlyList<int> Shots, IReadOnlyList<int> Seeds);
