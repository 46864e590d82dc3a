using MudBlazor;

namespace FewShotAD.Portal.Layout;

/// <summary>The design language for MudBlazor's components; the same values stand in <c>css/app.css</c> for everything else.</summary>
public static class PortalTheme
{
    private static readonly string[] Fonts = ["Roboto", "Segoe UI", "system-ui", "sans-serif"];

    public static MudTheme Instance { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        PaletteLight = new PaletteLight
        {
            Primary = "#4f46e5",
            PrimaryContrastText = "#ffffff",
            Background = "#f6f7f9",
            Surface = "#ffffff",
            TextPrimary = "#1b212c",
            TextSecondary = "#566072",
            ActionDefault = "#566072",
            LinesDefault = "#d5dae3",
            LinesInputs = "#6b7280",
            TableLines = "#d5dae3",
            Divider = "#d5dae3",
            Error = "#b91c1c",
            Success = "#15803d",
            Warning = "#b45309",
            Info = "#2563eb",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#a5b4fc",
            PrimaryContrastText = "#14171c",
            Background = "#14171c",
            Surface = "#1b1f26",
            TextPrimary = "#e7eaf0",
            TextSecondary = "#a3acbb",
            ActionDefault = "#a3acbb",
            LinesDefault = "#363d4a",
            LinesInputs = "#7b8494",
            TableLines = "#363d4a",
            Divider = "#363d4a",
            Error = "#fca5a5",
            Success = "#6ee7a0",
            Warning = "#fbbf24",
            Info = "#7aa7ff",
            // The dark theme's colours are light: white on them cannot be read.
            ErrorContrastText = "#14171c",
            SuccessContrastText = "#14171c",
            WarningContrastText = "#14171c",
            InfoContrastText = "#14171c",
        },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Fonts, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            Body1 = new Body1Typography { FontFamily = Fonts, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            Body2 = new Body2Typography { FontFamily = Fonts, FontSize = "14px", LineHeight = "20px", LetterSpacing = "0" },
            Button = new ButtonTypography { FontFamily = Fonts, FontSize = "14px", FontWeight = "500", LineHeight = "20px", LetterSpacing = "0", TextTransform = "none" },
            Caption = new CaptionTypography { FontFamily = Fonts, FontSize = "12px", LineHeight = "16px", LetterSpacing = "0" },
            H6 = new H6Typography { FontFamily = Fonts, FontSize = "16px", FontWeight = "500", LineHeight = "24px", LetterSpacing = "0" },
        },
    };
}
