using System.Globalization;
using FewShotAD.Domain.Scheduling;
using FewShotAD.Domain.Training;
using FewShotAD.Portal.Features.Training;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Features.Schedules;

/// <summary>What a schedule was before a change, to say what is another one now.</summary>
internal sealed record ScheduleState(string Name, ScheduleRule Rule, TrainingRecipe Recipe, bool Active)
{
    public static ScheduleState Of(Schedule schedule) => new(schedule.Name, schedule.Rule, schedule.Recipe, schedule.Active);

    /// <summary>For the trail: “Nightly, version 3: time 0 2 * * * → 0 3 * * *; Seed 1 → 2”.</summary>
    public string Difference(Schedule now)
    {
        var changes = Changes(now).ToList();
        var version = now.Name == Name && now.Rule == Rule && now.Recipe == Recipe ? now.Name : string.Create(CultureInfo.InvariantCulture, $"{now.Name}, version {now.Version}");
        return changes.Count == 0 ? version : $"{version}: {string.Join("; ", changes)}";
    }

    private IEnumerable<string> Changes(Schedule now)
    {
        if (now.Name != Name)
            yield return $"name {Name} → {now.Name}";
        if (Text(now.Rule) != Text(Rule))
            yield return $"when {Text(Rule)} → {Text(now.Rule)}";
        foreach (var change in RecipeChanges(now.Recipe))
            yield return change;
        if (now.Active != Active)
            yield return now.Active ? "goes on" : "paused";
    }

    private List<string> RecipeChanges(TrainingRecipe recipe)
    {
        var (old, now) = (Rows(Recipe), Rows(recipe));
        return
        [
            .. now.Where(row => old.GetValueOrDefault(row.Key) != row.Value).Select(row => $"{row.Key} {old.GetValueOrDefault(row.Key, "–")} → {row.Value}"),
            .. old.Keys.Where(name => !now.ContainsKey(name)).Select(name => $"{name} {old[name]} → –"),
        ];
    }

    private static Dictionary<string, string> Rows(TrainingRecipe recipe) => TextFormat.Neutral(() => RecipeText.Rows(recipe).ToDictionary(row => row.Name, row => row.Value));

    private static string Text(ScheduleRule rule) => rule.Trigger switch
    {
        ScheduleTrigger.Cron => rule.Cron!,
        ScheduleTrigger.Verified => string.Create(CultureInfo.InvariantCulture, $"after {rule.VerifiedImages} newly verified images"),
        _ => string.Create(CultureInfo.InvariantCulture, $"PSI above {rule.MaxPsi:0.##} or KS above {rule.MaxKs:0.##} over {rule.MinSample} scores"),
    };
}
