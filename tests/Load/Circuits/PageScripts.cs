using System.Text.Json;

namespace FewShotAD.Load.Circuits;

/// <summary>What a script of a page does when the circuit calls it: answers, and calls back where it would.</summary>
/// <param name="Result">As JSON.</param>
/// <param name="CallBack">A method of the object that the call brought, with its arguments as JSON.</param>
internal sealed record ScriptAnswer(string Result, (long Object, string Method, string Arguments)? CallBack = null);

/// <summary>The scripts of one page in one window of 1,280 × 800 pixels.</summary>
internal sealed class PageScripts
{
    // Of DotNet.JSCallResultType.
    private const int Reference = 1;

    private const int TilesPerRow = 5;
    private const int ListHeight = 620;

    private bool dark;
    private long references;
    private long? theme;

    /// <summary>The object of the call that attaches the page's events; the page may be asked for now.</summary>
    public long? Events { get; private set; }

    /// <summary>Where the circuit wants the page to go, once.</summary>
    public string? Destination { get; private set; }

    /// <summary>A page that the browser loads anew, which is no click any more.</summary>
    public bool Leaves { get; private set; }

    public ScriptAnswer Call(string identifier, string arguments, int resultType)
    {
        using var parsed = JsonDocument.Parse(string.IsNullOrEmpty(arguments) ? "[]" : arguments);
        var given = parsed.RootElement;
        return identifier switch
        {
            "Blazor._internal.attachWebRendererInterop" => Attach(given),
            "Blazor._internal.navigationManager.navigateTo" => Navigate(given),
            "Blazor._internal.Virtualize.init" => new("null", ObjectIn(given) is { } list ? (list, "OnSpacerBeforeVisible", $"[0,0,{ListHeight}]") : null),
            "watchColumns" => new(NewReference(), ObjectIn(given) is { } grid ? (grid, "OnColumns", $"[{TilesPerRow}]") : null),
            "fewshotadTheme.watch" => Watch(given),
            "fewshotadTheme.toggle" => Toggle(),
            "readLook" => new("""{"opacity":60,"colourMap":"turbo","heatmap":true,"contour":true,"beside":false}"""),
            "mudpopoverHelper.countProviders" => new("1"),
            _ => new(resultType == Reference ? NewReference() : "null"),
        };
    }

    public string? TakeDestination()
    {
        var destination = Destination;
        Destination = null;
        return destination;
    }

    private ScriptAnswer Attach(JsonElement given)
    {
        Events = ObjectIn(given);
        return new("null");
    }

    private ScriptAnswer Navigate(JsonElement given)
    {
        Leaves = given.GetArrayLength() > 1 && given[1].ValueKind == JsonValueKind.Object && given[1].TryGetProperty("forceLoad", out var force) && force.GetBoolean();
        Destination = given[0].GetString();
        return new("null");
    }

    private ScriptAnswer Watch(JsonElement given)
    {
        theme = ObjectIn(given);
        return new(NewReference(), Told());
    }

    private ScriptAnswer Toggle()
    {
        dark = !dark;
        return new("null", Told());
    }

    private (long, string, string)? Told() => theme is { } layout ? (layout, "OnThemeChanged", dark ? "[true]" : "[false]") : null;

    private string NewReference() => $$"""{"__jsObjectId":{{++references}}}""";

    private static long? ObjectIn(JsonElement given)
    {
        foreach (var argument in given.EnumerateArray())
        {
            if (argument.ValueKind == JsonValueKind.Object && argument.TryGetProperty("__dotNetObject", out var id))
                return id.GetInt64();
        }

        return null;
    }
}
