using System.Text.Json;
using FewShotAD.Domain.Training;

namespace FewShotAD.Domain.Tests.Training;

public sealed class TrainingRecipeTests
{
    private static readonly TrainingRecipe Good = TrainingRecipe.For(TrainingPreset.Quick);

    /// <summary>Each field at both ends of its range, and just outside.</summary>
    public static TheoryData<string, TrainingRecipe, bool> Boundaries()
    {
        var data = new TheoryData<string, TrainingRecipe, bool>();
        void Field(string name, Func<double, TrainingRecipe> with, double[] inside, double[] outside)
        {
            foreach (var value in inside)
                data.Add(name, with(value), true);
            foreach (var value in outside)
                data.Add(name, with(value), false);
        }

        TrainingRecipe Adversarial(AdversarialOptions options) => Good with { Adversarial = options };
        double[] notNumbers = [double.NaN, double.PositiveInfinity, double.NegativeInfinity];
        Field("shots", v => Good with { Shots = (int)v }, [2, 8], [1, 9, 0, -1]);
        Field("epochs", v => Good with { Epochs = (int)v }, [0, 1_000], [-1, 1_001]);
        Field("stepsPerEpoch", v => Good with { StepsPerEpoch = (int)v }, [1, 10_000], [0, 10_001, -1]);
        Field("batchSize", v => Good with { BatchSize = (int)v }, [1, 256], [0, 257, -1]);
        Field("imageSize", v => Good with { ImageSize = (int)v }, [64, 96, 1_024], [32, 63, 65, 100, 1_056, 0, -64]);
        Field("learningRate", v => Good with { LearningRate = v }, [double.Epsilon, 1], [0, -0.1, 1.0001, .. notNumbers]);
        Field("momentum", v => Good with { Momentum = v }, [0, 0.999], [1, -0.001, .. notNumbers]);
        Field("adversarial.weight", v => Adversarial(new() { Weight = v }), [0, 100], [-0.001, 100.1, .. notNumbers]);
        Field("adversarial.learningRate", v => Adversarial(new() { DiscriminatorLearningRate = v }), [double.Epsilon, 1], [0, -1, 1.1, .. notNumbers]);
        Field("adversarial.warmUpSteps", v => Adversarial(new() { WarmUpSteps = (int)v }), [0, 1_000], [-1]);
        return data;
    }

    [Theory]
    [MemberData(nameof(Boundaries))]
    public void A_field_is_valid_within_its_bounds_and_named_outside_them(string field, TrainingRecipe recipe, bool valid)
    {
        var result = recipe.Validate();
        Assert.Equal(valid, result.Succeeded);
        if (!valid)
            Assert.Equal(field, Assert.IsType<InvalidRecipe>(result.Error).Field);
    }

    [Theory]
    [InlineData(TrainingPreset.Quick)]
    [InlineData(TrainingPreset.Full)]
    public void Every_preset_is_valid_and_carries_its_name(TrainingPreset preset)
    {
        var recipe = TrainingRecipe.For(preset);
        Assert.True(recipe.Validate().Succeeded);
        Assert.Equal(preset, recipe.Preset);
    }

    [Fact]
    public void The_plain_method_needs_no_adversarial_options() => Assert.True((Good with { Adversarial = null }).Validate().Succeeded);

    [Fact]
    public void A_recipe_from_before_RegAD_had_options_is_the_published_method_and_is_written_as_it_was()
    {
        var old = Good with { RegAd = null };
        var json = JsonSerializer.Serialize(old, WorkerProtocol.Json);
        Assert.DoesNotContain("regAd\":", json, StringComparison.Ordinal);
        Assert.Equal(old, JsonSerializer.Deserialize<TrainingRecipe>(json, WorkerProtocol.Json));
        Assert.True(old.Validate().Succeeded);
        Assert.Equal(Good, JsonSerializer.Deserialize<TrainingRecipe>(JsonSerializer.Serialize(Good, WorkerProtocol.Json), WorkerProtocol.Json));
    }

    [Fact]
    public void Options_of_RegAD_belong_to_RegAD() => Assert.Equal(
        "regAd", Assert.IsType<InvalidRecipe>((TrainingRecipe.For(TrainingPreset.Quick, DetectionMethod.UniAd) with { RegAd = new() }).Validate().Error).Field);

    [Fact]
    public void A_recipe_whose_numbers_were_never_written_out_is_refused() => Assert.False(new TrainingRecipe().Validate().Succeeded);
}
