using System.Globalization;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Training;
using Microsoft.AspNetCore.Components;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>What of a recipe is chosen for a schedule. Numbers beyond the preset's, which REST can set, stay until method or length is another one.</summary>
public sealed partial class RecipeFields
{
    [Parameter, EditorRequired]
    public TrainingRecipe Value { get; set; } = null!;

    [Parameter]
    public EventCallback<TrainingRecipe> ValueChanged { get; set; }

    private MethodChoice Method => MethodChoice.Of(Value.Method);

    private bool HasOwnNumbers => Of(Value.Preset, Value.Method) != Value;

    private Task UseMethodAsync(ChangeEventArgs e) =>
        Enum.TryParse<DetectionMethod>(e.Value as string, out var method) ? ValueChanged.InvokeAsync(Of(Value.Preset, method, keepsAdversarial: Method.Trains)) : Task.CompletedTask;

    private Task UsePresetAsync(ChangeEventArgs e) =>
        Enum.TryParse<TrainingPreset>(e.Value as string, out var preset) ? ValueChanged.InvokeAsync(Of(preset, Value.Method)) : Task.CompletedTask;

    private Task UseBackboneAsync(ChangeEventArgs e) => ValueChanged.InvokeAsync(Value with { Backbone = e.Value as string ?? Value.Backbone });

    private Task UseShotsAsync(ChangeEventArgs e) => ValueChanged.InvokeAsync(Value with { Shots = Number(e) ?? Value.Shots });

    private Task UseSeedAsync(ChangeEventArgs e) => ValueChanged.InvokeAsync(Value with { Seed = Number(e) ?? Value.Seed });

    private Task UseAdversarialAsync(ChangeEventArgs e) =>
        ValueChanged.InvokeAsync(Value with { Adversarial = e.Value is true ? TrainingRecipe.For(Value.Preset, Value.Method).Adversarial : null });

    /// <summary>The preset's recipe with what is chosen here.</summary>
    private TrainingRecipe Of(TrainingPreset preset, DetectionMethod method, bool keepsAdversarial = true)
    {
        var recipe = TrainingRecipe.For(preset, method);
        var fits = BackboneChoice.Find(Value.Backbone)?.Methods.Contains(method) == true;
        return recipe with
        {
            Backbone = fits ? Value.Backbone : recipe.Backbone,
            Shots = Value.Shots,
            Seed = Value.Seed,
            Adversarial = keepsAdversarial && Value.Adversarial is null ? null : recipe.Adversarial,
        };
    }

    private static int? Number(ChangeEventArgs e) => int.TryParse(e.Value as string, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
